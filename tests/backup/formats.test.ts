/** Backups of every version that was ever released are restored, and their streams go on. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { BACKUP_VERSION } from "../../src/backup/format.ts";
import { restoreBackup } from "../../src/service/backup/restore.ts";
import { StreamState } from "../../src/service/streams/state.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { makeEngines } from "../fixtures/backups.ts";
import { goOn, RECIPES } from "../fixtures/recorded.ts";
import { kernel } from "../kernel.ts";

const FOLDER = new URL("../fixtures/backups/", import.meta.url);
const files = readdirSync(FOLDER);

async function restored(file: string): Promise<MemoryStore> {
  const store = new MemoryStore(), octets = new Uint8Array(readFileSync(new URL(file, FOLDER)));
  const place = { list: () => store.streams(), import: store.importStream.bind(store) };
  const chunks = (async function* () {
    yield octets;
  })();
  const report = await restoreBackup(chunks, place, kernel, "fail");
  assertEquals(report, { restored: ["empty", "plain", "scaled", "young"], skipped: [], failed: [] });
  return store;
}

describe("a backup that an older build made", () => {
  for (const file of files) {
    it(`is restored, and its streams go on as they would have: ${file}`, async () => {
      const store = await restored(file), engines = makeEngines();
      for (const recipe of RECIPES) {
        const state = StreamState.read(kernel, (await store.load(recipe.name))!);
        assertEquals(goOn(state.engine!, recipe), goOn(engines.get(recipe.name)!, recipe));
        assertEquals(state.times.toRows().length > 0, true);
      }
      assertEquals((await store.stream("plain"))!.creator, "user:admin");
      assertEquals(StreamState.read(kernel, (await store.load("empty"))!).dims, 4);
    });
  }

  it("is there in the version of this build; else `deno run -A tests/fixtures/backups.ts`", () => {
    assertEquals(files.includes(`version-${BACKUP_VERSION}.ncsbak`), true);
  });
});
