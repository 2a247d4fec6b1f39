/** The console in headless Chromium, on the real server. `deno task test:console`; screenshots go to build/screenshots. */
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS, killLeftovers, listen, type Server } from "../../service/processes.ts";
import { findChromium, inspect, openBrowser, openPage, VIEWS, type Watched } from "./browser.ts";
import {
  makeStream,
  signIn,
  signOut,
  visitKeys,
  visitPlayground,
  visitSignIn,
  visitStream,
  visitStreams,
} from "./journey.ts";

const program = findChromium();
const ENVIRONMENT = { RATE_LIMIT_PER_MINUTE: "100000" };

const csv = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** Two groups in three dimensions, with a label. */
function twoGroups(rows: number): string {
  const row = (i: number) =>
    [i % 2 * 9 + i % 7 / 9, i % 2 * 5 + i % 5 / 9, i % 3 / 9, i % 2 ? "far" : "near"].join(",");
  return ["a,b,c,kind", ...Array.from({ length: rows }, (_, i) => row(i))].join("\n");
}

async function play(page: Page, recipe: string): Promise<void> {
  await page.getByRole("link", { name: "Playground" }).first().click();
  await page.getByRole("combobox").selectOption(recipe);
  await page.getByRole("button", { name: "Start", exact: true }).click();
}

async function numberIn(page: Page, selector: string): Promise<number> {
  const text = await page.locator(selector).first().textContent() ?? "",
    [, digits, unit] = /([\d.,]+)([KM]?)/.exec(text)!;
  return Number(digits.replaceAll(",", "")) * { "": 1, K: 1e3, M: 1e6 }[unit as "" | "K" | "M"];
}

describe("the console", { skip: !program && "there is no Chromium" }, () => {
  let server: Server, browser: Browser;
  before(async () => {
    server = await listen(COMMANDS.deno, ENVIRONMENT);
    browser = await openBrowser(program!);
  });
  after(async () => {
    await browser?.close();
    if (server) {
      process.kill(server.pid, "SIGTERM");
      await server.exit;
    }
    killLeftovers();
  });

  /** Opens a page, works with it, and holds it to its own origin and to its policy. */
  async function on(view: string, work: (watched: Watched) => Promise<void>, url = server.url): Promise<void> {
    const watched = await openPage(browser, url, VIEWS[view]);
    try {
      await work(watched);
      assertEquals(watched.strangers, [], "requests leave the server");
      assertEquals(watched.faults, []);
    } finally {
      await watched.close();
    }
  }

  for (const view of Object.keys(VIEWS)) {
    it(`goes all the way: ${view}`, () =>
      on(view, async ({ page }) => {
        for (const visit of [visitSignIn, visitStreams, visitStream, visitKeys, visitPlayground]) {
          await visit(page, view);
        }
        await signOut(page);
      }));
  }

  it("clusters in the page at the machine's speed, and without a network once it is there", () =>
    on("light", async ({ page }) => {
      await play(page, "ten");
      await page.getByText("10 dimensions, first two principal components").waitFor();
      await page.getByRole("img", { name: /Map of 8 clusters/ }).waitFor();
      await page.context().setOffline(true);
      await page.getByRole("slider", { name: /Pace/ }).press("End");
      await page.waitForTimeout(3000);
      const rate = await numberIn(page, ".tally strong");
      console.log(`${rate} points a second in the page`);
      assertGreater(rate, 20_000);
      await inspect(page, "light-play-ten");
      assertEquals(await page.getByRole("alert").count(), 0);
    }));

  it("reads a CSV that is chosen or dropped, and names the line that it cannot read", () =>
    on("light", async ({ page }) => {
      await page.getByRole("link", { name: "Playground" }).first().click();
      const input = page.locator('input[type="file"][accept]');
      await input.setInputFiles(csv("bad.csv", "x,y\n1,2\n3,4\n5,oops\n"));
      assertStringIncludes(
        await page.getByRole("alert").textContent() ?? "",
        'Cannot read bad.csv: line 4, y: "oops"',
      );
      await inspect(page, "light-play-bad-csv");
      await input.setInputFiles(csv("two.csv", twoGroups(3000)));
      await page.getByText("3,000 points of 3 dimensions, without kind").waitFor();
      await page.getByText("At the end").waitFor();
      await page.getByRole("img", { name: /Map of 2 clusters/ }).waitFor();
      const file = await page.evaluateHandle(`(() => {
        const data = new DataTransfer();
        data.items.add(new File(["1,2\\n3,4\\n"], "dropped.csv"));
        return data;
      })()`);
      await page.dispatchEvent("main", "drop", { dataTransfer: file });
      await page.getByText("2 points of 2 dimensions").waitFor();
    }));

  it("keeps one worker, however fast parameters change, and none when the page is left", () =>
    on("light", async ({ page }) => {
      await play(page, "rings");
      await page.getByRole("img", { name: /Map of \d clusters/ }).waitFor();
      await page.locator("#max_clusters").focus();
      for (let step = 0; step < 12; step++) await page.keyboard.press("ArrowLeft");
      await page.getByRole("slider", { name: "Learning rate" }).press("ArrowRight");
      await page.getByRole("img", { name: /Map of [12] clusters?/ }).waitFor();
      assertEquals([page.workers().length, await page.getByRole("alert").count()], [1, 0]);
      await page.locator("#max_clusters").press("ArrowLeft");
      await page.getByRole("link", { name: "Streams" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await page.waitForTimeout(1000);
      assertEquals(page.workers().length, 0);
    }));

  it("takes names as long as they may be, and an address that somebody broke", () =>
    on("phone", async ({ page }) => {
      const name = "w".repeat(64);
      await signIn(page);
      await makeStream(page, name);
      await inspect(page, "phone-long-stream");
      await page.getByRole("link", { name: "API keys" }).click();
      await page.getByLabel("Name", { exact: true }).fill(name);
      await page.getByRole("button", { name: "Make key" }).click();
      await page.locator(".secret code").waitFor();
      await inspect(page, "phone-long-key");
      await page.evaluate("location.hash = '#/streams/%E0%A4%A'");
      await page.getByRole("heading", { name: "%E0%A4%A" }).waitFor();
    }));

  it("takes a snapshot from the playground to the server and back", () =>
    on("light", async ({ page }) => {
      await play(page, "moons");
      await page.getByRole("img", { name: /Map of 2 clusters/ }).waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
      const [down] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download" }).click(),
      ]);
      const buffer = await readFile(await down.path());
      await page.getByRole("link", { name: "Streams" }).click();
      await signIn(page);
      await makeStream(page, "moons");
      await page.getByRole("link", { name: "moons", exact: true }).click();
      await page.getByLabel("Restore…").last().setInputFiles({ name: "moons.ncs", mimeType: "", buffer });
      await page.getByText("moons.ncs restored.").waitFor();
      await page.getByRole("img", { name: /Map of 2 clusters/ }).waitFor();
      await page.getByLabel("Restore…").last().setInputFiles(csv("none.ncs", "no snapshot"));
      assertMatch(await page.getByRole("alert").textContent() ?? "", /snapshot/);
      await page.reload();
      await page.getByRole("img", { name: /Map of 2 clusters/ }).waitFor();
    }));

  it("is there for the keyboard alone", () =>
    on("light", async ({ page }) => {
      const press = async (...keys: string[]) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      const focused = () => page.evaluate("document.activeElement.textContent || document.activeElement.name");
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await press("Tab");
      assertEquals(await focused(), "Skip to the content");
      await press("Enter", "Tab");
      assertEquals(await focused(), "username");
      await page.keyboard.type("admin");
      await press("Tab");
      await page.keyboard.type("admin123");
      await press("Enter");
      await page.getByRole("heading", { name: "Streams", exact: true }).waitFor();
    }));

  it("says that the server is down, keeps what it showed, and says when the session has ended", async () => {
    const other = await listen(COMMANDS.deno, ENVIRONMENT);
    await on("dark", async ({ page }) => {
      await signIn(page);
      await makeStream(page, "short");
      await page.getByRole("link", { name: "short", exact: true }).click();
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByRole("img", { name: "Map of 5 clusters" }).waitFor();
      process.kill(other.pid, "SIGTERM");
      await other.exit;
      await page.getByText("The server does not answer.").first().waitFor();
      assertEquals(await page.getByRole("img", { name: "Map of 5 clusters" }).count(), 1);
      await inspect(page, "dark-server-down");
    }, other.url);
    await on("light", async ({ page }) => {
      await page.evaluate(`sessionStorage.setItem("ncs.session", JSON.stringify({ token: "stale", name: "admin" }))`);
      await page.reload();
      await page.getByText("Your session has ended.").waitFor();
      assert(await page.getByRole("heading", { name: "Sign in" }).isVisible());
    });
  });
});
