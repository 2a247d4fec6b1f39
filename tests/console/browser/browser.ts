/** Headless Chromium on the real server: pages that keep watch over what they ask for, screenshots, and axe. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { assertEquals } from "@std/assert";

const SHOTS = fileURLToPath(new URL("../../../build/screenshots/", import.meta.url));
const FIND = "command -v chromium || command -v chromium-browser || command -v google-chrome || true";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Names of views, each with how the reader's system is. */
export const VIEWS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  phone: {
    colorScheme: "light",
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    deviceScaleFactor: 2,
    reducedMotion: "reduce",
  },
};

/** The program, or undefined where there is none. */
export function findChromium(): string | undefined {
  return execFileSync("sh", ["-c", FIND], { encoding: "utf8" }).trim() || undefined;
}

export async function openBrowser(executablePath: string): Promise<Browser> {
  mkdirSync(SHOTS, { recursive: true });
  return await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** What a page did that it should not have. */
export interface Watched {
  page: Page;
  /** Addresses that it asked for beyond the server's. */
  strangers: string[];
  /** Uncaught errors, and what its policy forbade. */
  faults: string[];
  close(): Promise<void>;
}

export async function openPage(browser: Browser, url: string, view: BrowserContextOptions): Promise<Watched> {
  const context = await browser.newContext({ ...view, acceptDownloads: true });
  const page = await context.newPage(), strangers: string[] = [], faults: string[] = [];
  // Of workers as well: the context sees what all of its pages ask for.
  context.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !/^(?:blob|data):/.test(address)) strangers.push(address);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
  });
  page.setDefaultTimeout(15_000);
  await page.goto(`${url}/`);
  return { page, strangers, faults, close: () => context.close() };
}

/** Keeps a picture, and holds the page to what everyone needs: no finding of axe that bars the way, no sideways scroll. */
export async function inspect(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${SHOTS}${name}.png`, fullPage: true });
  const findings = await seriousFindings(page);
  assertEquals(findings, [], `axe on ${name}`);
  const [width, room] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]") as [number, number];
  assertEquals(Math.max(width, room), room, `${name} is wider than the screen`);
}

interface Finding {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** Evaluated by the debugger, which the page's policy does not bind. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate("axe.run()") as { violations: Finding[] };
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`)
  );
}
