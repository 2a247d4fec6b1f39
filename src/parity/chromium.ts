/** Headless Chromium: a page from a server of our own, on this machine, that posts its digest back. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import type { Host, Task } from "./host.ts";
import { findProgram, start, stop } from "./process.ts";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const TIMEOUT_MS = 120_000;

const PAGE = `<!doctype html><script type="module" src="/page.mjs"></script>`;

/** Serves the page, the bundle and the kernel; `done` gets what the page posts. */
function serve(script: string, kernel: string, done: (digest: string) => void): Server {
  const files: Record<string, [type: string, body: string | Uint8Array]> = {
    "/": ["text/html", PAGE],
    "/page.mjs": ["text/javascript", readFileSync(script)],
    "/ncs.wasm": ["application/wasm", readFileSync(kernel)],
  };
  return createServer((request, response) => {
    const [type, body] = files[request.url!.split("?")[0]] ?? ["text/plain", ""];
    response.writeHead(200, { "content-type": type }).end(body);
    if (request.method !== "POST") return;
    let text = "";
    request.on("data", (chunk) => text += chunk).on("end", () => done(text));
  });
}

/** Opens the page in a browser of its own profile; ends the browser when `answer` is there or too late. */
async function open(program: string, url: string, { folder }: Task, answer: Promise<string>): Promise<string> {
  const profile = `--user-data-dir=${join(folder, "profile")}`;
  const browser = start(program, ["--headless", "--no-sandbox", "--disable-gpu", profile, url]);
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error("the page did not answer")), TIMEOUT_MS);
    browser.on("exit", () => reject(new Error("the browser ended early")));
    answer.finally(() => clearTimeout(timer));
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    const ended = once(browser, "close");
    stop(browser);
    await ended;
  }
}

export const chromium: Host = async (task) => {
  const program = await findProgram(PROGRAMS), script = await bundle("page.ts", task.folder);
  const { promise, resolve } = Promise.withResolvers<string>();
  const server = serve(script, task.kernel, resolve);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const { port } = server.address() as AddressInfo;
    return await open(program, `http://localhost:${port}/?points=${task.points}`, task, promise);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};
