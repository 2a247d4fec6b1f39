/** A page in headless Chromium that runs one round at a time when it is told to. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { findProgram, run, start, stop } from "../../../src/parity/process.ts";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ANSWER_MS = 120_000;

export interface Browser {
  /** As it names itself. */
  agent: string;
  /** Runs a round at `dims`; answers points per second. */
  round(dims: number): Promise<number>;
  close(): Promise<void>;
}

/** Answers the page's questions: what it posts is the answer to the last, the response waits for the next. */
class Talk {
  #answered = Promise.withResolvers<string>();
  #asking: ServerResponse | undefined;

  hear(answer: string, response: ServerResponse): void {
    this.#asking = response;
    this.#answered.resolve(answer);
  }

  async answer(): Promise<string> {
    const late = setTimeout(() => this.#answered.reject(new Error("the page did not answer")), ANSWER_MS);
    return await this.#answered.promise.finally(() => clearTimeout(late));
  }

  async ask(dims: number): Promise<string> {
    this.#answered = Promise.withResolvers();
    this.#asking!.end(String(dims));
    return await this.answer();
  }
}

async function bundle(folder: string): Promise<string> {
  const out = join(folder, "page.mjs"), source = fileURLToPath(new URL("page.ts", import.meta.url));
  await run(process.execPath, ["bundle", "--quiet", "--platform", "browser", source, "-o", out]);
  return out;
}

function serve(script: string, talk: Talk) {
  const files: Record<string, [type: string, body: string | Uint8Array]> = {
    "/": ["text/html", `<!doctype html><script type="module" src="/page.mjs"></script>`],
    "/page.mjs": ["text/javascript", readFileSync(script)],
    "/ncs.wasm": ["application/wasm", readFileSync(new URL("../../../build/ncs.wasm", import.meta.url))],
  };
  return createServer(async (request, response) => {
    if (request.method === "POST") {
      let text = "";
      for await (const chunk of request) text += chunk;
      return talk.hear(text, response);
    }
    const [type, body] = files[request.url!] ?? ["text/plain", ""];
    response.writeHead(200, { "content-type": type }).end(body);
  });
}

/** Starts Chromium. Throws where there is none. */
export async function openBrowser(): Promise<Browser> {
  const program = await findProgram(PROGRAMS), folder = mkdtempSync(join(tmpdir(), "ncs-bench-")), talk = new Talk();
  const server = serve(await bundle(folder), talk);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${join(folder, "profile")}`];
  const browser = start(program, [...flags, url]), ended = once(browser, "close");
  const close = async () => {
    stop(browser);
    await ended;
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return { agent: await talk.answer(), round: async (dims) => Number(await talk.ask(dims)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
