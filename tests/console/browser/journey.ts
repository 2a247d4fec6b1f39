/** The way of somebody who signs in, makes a stream, fills it, makes a key and plays: each page is inspected on it. */
import type { Page } from "playwright-core";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { inspect } from "./browser.ts";

export async function signIn(page: Page, password = "admin123"): Promise<void> {
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
}

export async function visitSignIn(page: Page, view: string): Promise<void> {
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await inspect(page, `${view}-sign-in`);
  await signIn(page, "wrong");
  assertEquals(await page.getByRole("alert").textContent(), "The name or the password is wrong.");
  assertEquals(await page.evaluate("document.activeElement.name"), "password");
  await inspect(page, `${view}-sign-in-wrong`);
  await signIn(page);
}

export async function makeStream(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Make stream" }).click();
  await page.getByText(`Stream ${name} made.`).waitFor();
}

/** Makes two streams and deletes one, with second thoughts. */
export async function visitStreams(page: Page, view: string): Promise<void> {
  await page.getByRole("heading", { name: "Streams", exact: true }).waitFor();
  for (const name of [view, `${view}-spare`]) await makeStream(page, name);
  await inspect(page, `${view}-streams`);
  const remove = page.getByRole("button", { name: `Delete ${view}-spare` });
  await remove.click();
  await page.getByRole("dialog").waitFor();
  await inspect(page, `${view}-streams-delete`);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert(await remove.evaluate((button) => button === document.activeElement), "the focus comes back");
  await remove.click();
  await page.getByRole("button", { name: "Delete stream" }).click();
  await page.getByText(`Stream ${view}-spare deleted.`).waitFor();
  assertEquals(await page.getByRole("link", { name: `${view}-spare` }).count(), 0);
  await page.getByLabel("Name", { exact: true }).fill(view);
  await page.keyboard.press("Enter");
  assertMatch(await page.getByRole("alert").textContent() ?? "", /already/);
}

/** Sends points to the stream and sees the clusters come. */
export async function visitStream(page: Page, view: string): Promise<void> {
  await page.getByRole("link", { name: view, exact: true }).click();
  await page.getByText("No points yet.").waitFor();
  await page.getByText("Nothing has changed yet.").waitFor();
  await inspect(page, `${view}-stream-empty`);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("img", { name: "Map of 5 clusters" }).waitFor();
  await page.getByText(/Cluster \d+ was born/).first().waitFor();
  await page.waitForTimeout(4000);
  await inspect(page, `${view}-stream`);
  assertEquals(await page.locator("table tbody tr").count(), 5);
  await page.getByRole("button", { name: "Pause" }).click();
}

export async function visitKeys(page: Page, view: string): Promise<void> {
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByLabel("Name", { exact: true }).fill(`key of ${view}`);
  await page.getByRole("button", { name: "Make key" }).click();
  const key = await page.locator(".secret code").textContent() ?? "";
  assertMatch(key, /^ncs_\w+/);
  await inspect(page, `${view}-keys`);
  const seen = (path: string) =>
    page.evaluate(`fetch("${path}", { headers: { "x-api-key": "${key}" } }).then((r) => r.status)`);
  const path = `api/v1/streams/${view}/clusters_summary`;
  assertEquals(await seen(path), 200);
  await page.getByRole("button", { name: `Delete key key of ${view}` }).click();
  await page.getByRole("button", { name: "Delete key", exact: true }).click();
  await page.getByText(`Key key of ${view} deleted.`).waitFor();
  assertEquals(await seen(path), 401);
}

export async function visitPlayground(page: Page, view: string): Promise<void> {
  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByText("Press Start").waitFor();
  await inspect(page, `${view}-play-empty`);
  await page.getByRole("combobox").selectOption("births");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("img", { name: /Map of [3-6] clusters/ }).waitFor();
  await page.waitForTimeout(6000);
  await inspect(page, `${view}-play`);
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Streams" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assertEquals(await page.evaluate("sessionStorage.length"), 0);
}
