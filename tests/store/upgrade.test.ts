/** Stores whose tables an older build made: each is brought up to date, with all that is in it, and goes on. */
import { Buffer } from "node:buffer";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { StreamState } from "../../src/service/streams/state.ts";
import type { Store } from "../../src/store/mod.ts";
import { PostgresStore } from "../../src/store/postgres.ts";
import { STEPS as POSTGRES_STEPS } from "../../src/store/postgres/schema.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { STEPS as SQLITE_STEPS } from "../../src/store/sqlite/schema.ts";
import { goOn, readRecord, readSnapshot } from "../fixtures/recorded.ts";
import { kernel } from "../kernel.ts";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import { withFile } from "./sqlite_files.ts";
import { answer, apiKey, audited, entry, event, journalOf, T0 } from "./things.ts";

const [kept] = readRecord();
const EXTRA = { options: {}, eventSequence: 7, lastDrift: null, times: [] };

/** What a build with the tables of version 1 wrote; `octets` gives a literal of the database. */
function rowsOf(prefix: string, octets: (hex: string) => string): string {
  const id = `(SELECT id FROM ${prefix}streams WHERE name = 'old')`;
  const hex = Buffer.from(readSnapshot(kept)).toString("hex");
  return `
    INSERT INTO ${prefix}streams (name, dims, parameters, created) VALUES ('old', 3, '{"maxClusters":30}', ${T0});
    INSERT INTO ${prefix}snapshots (stream, sequence, extra, body)
      VALUES (${id}, 4, '${JSON.stringify(EXTRA)}', ${octets(hex)});
    INSERT INTO ${prefix}events (stream, sequence, time, type, point, cluster, other)
      VALUES (${id}, 7, ${T0 + 7}, 'born', 70, 7, -1);
    INSERT INTO ${prefix}answers (stream, key, fingerprint, time, type, body)
      VALUES (${id}, 'k', 'f00d', ${T0}, 'application/json', ${octets("7b7d")});
    INSERT INTO ${prefix}users (name, password_hash, scopes, created) VALUES ('ada', '$scrypt$', '["admin"]', ${T0});
    INSERT INTO ${prefix}api_keys (id, name, prefix, secret_hash, scopes, streams, created, expires, last_used)
      VALUES ('n', 'key n', 'ncs_', '${"ab".repeat(32)}', '["read"]', NULL, ${T0}, NULL, NULL);
    INSERT INTO ${prefix}revoked_tokens (id, expires) VALUES ('t', ${T0 + 9});`;
}

async function holdToRows(store: Store): Promise<void> {
  const stream = { name: "old", dims: 3, parameters: { maxClusters: 30 }, created: T0, creator: null };
  assertEquals(await store.streams(), [stream]);
  assertEquals(await store.events("old", 0, 9), [event(7)]);
  assertEquals(await store.answer("old", "k"), answer("k"));
  assertEquals(await store.user("ada"), { name: "ada", passwordHash: "$scrypt$", scopes: ["admin"], created: T0 });
  assertEquals([await store.apiKeys(), await store.revokedTokens(T0)], [[apiKey("n")], ["t"]]);
  const state = StreamState.read(kernel, (await store.load("old"))!);
  assertEquals([state.sequence, state.eventSequence], [4, 7]);
  assertEquals(goOn(state.engine!, kept), kept.digest);
  await store.append([entry("old", 5, { events: [event(8)] })]);
  assertEquals(await journalOf(store, "old"), { snapshot: 4, entries: [5] });
  await store.noteAudit(audited());
  assertEquals((await store.audit({ limit: 9 })).length, 1);
  assertEquals(await store.createStream({ ...stream, name: "new", creator: "user:ada" }), true);
  assertEquals((await store.stream("new"))!.creator, "user:ada");
}

const versionsOf = (steps: readonly string[]) => steps.map((_, index) => index + 1);

describe("a SQLite file with the tables of an older build", () => {
  for (const version of versionsOf(SQLITE_STEPS)) {
    it(`is opened with all that is in it: version ${version} of ${SQLITE_STEPS.length}`, async () => {
      await withFile(async ({ path }) => {
        mkdirSync(dirname(path));
        const old = new DatabaseSync(path);
        old.exec(SQLITE_STEPS[0] + rowsOf("", (hex) => `x'${hex}'`));
        for (const step of SQLITE_STEPS.slice(1, version)) old.exec(step);
        old.exec(`PRAGMA user_version = ${version}`);
        old.close();
        const store = await SqliteStore.open({ path });
        await holdToRows(store);
        await store.close();
      });
    });
  }
});

describe("a Postgres database with the tables of an older build", { skip: !HAS_POSTGRES }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster.remove());

  for (const version of versionsOf(POSTGRES_STEPS)) {
    it(`is opened with all that is in it: version ${version} of ${POSTGRES_STEPS.length}`, async () => {
      const database = await cluster.createDatabase();
      await cluster.admin(POSTGRES_STEPS[0] + rowsOf("ncs_", (hex) => `'\\x${hex}'`), database);
      // As version 1 counts the journal: in the row of the stream.
      await cluster.admin("UPDATE ncs_streams SET sequence = 4", database);
      for (const step of POSTGRES_STEPS.slice(1, version)) await cluster.admin(step, database);
      await cluster.admin("CREATE TABLE ncs_schema (version integer NOT NULL)", database);
      await cluster.admin(`INSERT INTO ncs_schema VALUES (${version})`, database);
      const store = await PostgresStore.open({ url: cluster.url(database) });
      await holdToRows(store);
      await store.close();
    });
  }
});
