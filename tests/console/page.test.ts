import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { consoleAssets } from "../../src/hosts/console_assets.ts";
import { createTestApp } from "../service/app.ts";

const app = createTestApp({ more: { consoleAssets } });

/** Names of the files that the page loads. */
async function filesOf(html: string): Promise<string[]> {
  return await [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => `/${address}`);
}

describe("/", () => {
  it("is the console, which loads its own files alone and runs no text", async () => {
    const page = await app.request("/"), html = await page.text();
    assertEquals(page.headers.get("content-type"), "text/html; charset=utf-8");
    const policy = page.headers.get("content-security-policy")!;
    assertMatch(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
    assert(!/unsafe-inline|'unsafe-eval'/.test(policy));
    assert(!/<script>|<style|\son\w+=|https?:/.test(html));
    const files = await filesOf(html);
    assertEquals(files.length, 3);
    for (const file of files) {
      const { status, headers } = await app.request(file);
      assertEquals([status, headers.get("x-content-type-options")], [200, "nosniff"], file);
      assertEquals(headers.get("cache-control"), "public, max-age=31536000, immutable");
      assertEquals(headers.get("content-security-policy"), policy);
    }
  });

  it("is asked for each time, and sent when it has changed", async () => {
    const { headers } = await app.request("/"), etag = headers.get("etag")!;
    assertEquals(headers.get("cache-control"), "no-cache");
    const again = await app.request("/", { headers: { "if-none-match": etag } });
    assertEquals([again.status, await again.text()], [304, ""]);
  });

  it("gives no other file, and is not there without its files", async () => {
    for (const name of ["index.html", "..%2Fncs.wasm", "%2e%2e%2fncs.wasm", "main-AAAAAAAA.js", "x"]) {
      assertEquals((await app.request(`/console/${name}`)).status, 404, name);
    }
    assertEquals((await createTestApp().request("/")).status, 404);
  });
});
