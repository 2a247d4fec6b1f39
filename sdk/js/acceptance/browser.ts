/** Headless Chromium, by playwright-core from a project's own node_modules, on pages that are served from a folder. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { run } from "./project.ts";

/** What is used of Playwright. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(expression: string): Promise<T>;
  waitForFunction(expression: string): Promise<unknown>;
  on(event: "pageerror", act: (error: Error) => void): void;
}
interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface Playwright {
  chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
}

export const PLAYWRIGHT = "playwright-core@1.65.1";
const FIND_CHROMIUM = "command -v chromium || command -v chromium-browser || command -v google-chrome";

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves the files of a folder on this machine; answers the address and how to stop. */
async function serve(folder: string): Promise<{ url: string; stop(): void }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    try {
      const body = await readFile(join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname));
      response.writeHead(200, { "content-type": TYPES[extname(pathname) || ".html"] ?? "text/plain" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, stop };
}

/** As onPage, of a folder that is served as it is. */
export async function onFolder<T>(project: string, folder: string, work: (page: Page) => Promise<T>): Promise<T> {
  const server = await serve(folder);
  return await onPage(project, server.url, work).finally(() => server.stop());
}

/** Opens a page and has it worked with; an error on the page is one of the work. */
export async function onPage<T>(project: string, url: string, work: (page: Page) => Promise<T>): Promise<T> {
  const { chromium } = createRequire(join(project, "main.js"))("playwright-core") as Playwright;
  const executablePath = await run(project, ["sh", "-c", FIND_CHROMIUM]);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const failed = new Promise<never>((_, reject) => page.on("pageerror", reject));
    failed.catch(() => {});
    await page.goto(url);
    return await Promise.race([work(page), failed]);
  } finally {
    await browser.close();
  }
}
