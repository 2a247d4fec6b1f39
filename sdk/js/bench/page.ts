/** The page: asks what to do next, and posts how fast it was, until it is closed. */
import { createRound } from "./learn.ts";

const kernel = await WebAssembly.compileStreaming(fetch("/ncs.wasm"));
let round: (() => Promise<number>) | undefined, body = navigator.userAgent;
for (let dims = 0;;) {
  const next = Number(await (await fetch("/next", { method: "POST", body })).text());
  if (next !== dims) round = await createRound(kernel, dims = next);
  body = String(await round!());
}
