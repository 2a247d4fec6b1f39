/** What every store does with the audit log. */
import { assert, assertEquals } from "@std/assert";
import type { AuditQuery, Store, StoredAudit } from "../../src/store/mod.ts";
import type { Claim } from "./contract.ts";
import { audited, keeping, T0 } from "./things.ts";

const RECORDS: StoredAudit[] = [
  audited({ time: T0 + 1 }),
  audited({ time: T0 + 2, action: "stream.create", target: "a" }),
  audited({ time: T0 + 3, actor: null, result: "invalid_credentials", address: "203.0.113.9" }),
  audited({ time: T0 + 4, actor: "key:Zk3v", action: "stream.delete", target: "a", requestId: "r'\"2" }),
];

const timesOf = async (store: Store, query: Partial<AuditQuery> = {}) =>
  (await store.audit({ limit: 99, ...query })).map(({ time }) => time - T0);

export function claimAudit(claim: Claim): void {
  claim("audit gives back all of what noteAudit kept, the newest first", async (store) => {
    assertEquals(await store.audit({ limit: 9 }), []);
    for (const record of RECORDS) await store.noteAudit(record);
    const kept = await store.audit({ limit: 9 });
    assertEquals(kept.map(({ id: _, ...record }) => record), RECORDS.toReversed());
    assert(kept.every(({ id }, index) => index === 0 || id < kept[index - 1].id));
  });

  claim("audit filters by actor, action and time, and pages by id", async (store) => {
    for (const record of RECORDS) await store.noteAudit(record);
    assertEquals(await timesOf(store, { actor: "user:ada" }), [2, 1]);
    assertEquals(await timesOf(store, { action: "login" }), [3, 1]);
    assertEquals(await timesOf(store, { since: T0 + 2, until: T0 + 4 }), [3, 2]);
    assertEquals(await timesOf(store, { actor: "user:ada", action: "login", since: T0 + 2 }), []);
    const [, second] = await store.audit({ limit: 2 });
    assertEquals(await timesOf(store, { before: second.id, limit: 1 }), [2]);
  });

  claim("sweep lets go of records that are old or too many, and ids go on", async (store) => {
    for (const record of RECORDS) await store.noteAudit(record);
    await store.sweep(keeping({ auditBefore: T0 + 2 }));
    assertEquals(await timesOf(store), [4, 3, 2]);
    await store.sweep(keeping({ auditKept: 2 }));
    assertEquals(await timesOf(store), [4, 3]);
    const [newest] = await store.audit({ limit: 1 });
    await store.sweep(keeping({ auditBefore: T0 + 9 }));
    assertEquals(await timesOf(store), []);
    await store.noteAudit(RECORDS[0]);
    assert((await store.audit({ limit: 1 }))[0].id > newest.id);
  });
}
