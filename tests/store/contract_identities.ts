/** What every store does with users, API keys and revoked tokens. */
import { assertEquals, assertRejects } from "@std/assert";
import { ConflictError } from "../../src/store/mod.ts";
import type { Claim } from "./contract.ts";
import { apiKey, keeping, T0 } from "./things.ts";

export function claimIdentities(claim: Claim): void {
  claim("saveUser makes a user, and then changes it", async (store) => {
    const ada = { name: "ada", passwordHash: "$scrypt$1", scopes: ["read", "write"], created: T0 };
    assertEquals(await store.user("ada"), undefined);
    await store.saveUser(ada);
    await store.saveUser({ ...ada, name: "eve", scopes: [] });
    assertEquals(await store.user("ada"), ada);
    await store.saveUser({ ...ada, passwordHash: "$scrypt$2", scopes: ["admin"] });
    assertEquals(await store.user("ada"), { ...ada, passwordHash: "$scrypt$2", scopes: ["admin"] });
    assertEquals((await store.user("eve"))!.scopes, []);
  });

  claim("apiKeys come by time of creation, then id", async (store) => {
    const keys = [apiKey("b", { created: T0 + 1 }), apiKey("z"), apiKey("a", { created: T0 + 1 })];
    assertEquals(await store.apiKeys(), []);
    for (const key of keys) await store.createApiKey(key);
    assertEquals((await store.apiKeys()).map(({ id }) => id), ["z", "a", "b"]);
  });

  claim("apiKey gives back all of a key, its last use too", async (store) => {
    const narrow = apiKey("n", { streams: ["a", "b"], scopes: ["read", "write"], expires: T0 + 5 });
    await store.createApiKey(narrow);
    await store.createApiKey(apiKey("m", { streams: [] }));
    assertEquals(await store.apiKey("n"), narrow);
    assertEquals((await store.apiKey("m"))!.streams, []);
    await store.noteApiKeyUse("n", T0 + 2);
    await store.noteApiKeyUse("gone", T0 + 2);
    assertEquals(await store.apiKey("n"), { ...narrow, lastUsed: T0 + 2 });
    assertEquals(await store.apiKey("gone"), undefined);
  });

  claim("createApiKey refuses an id that is there, and leaves the key as it was", async (store) => {
    await store.createApiKey(apiKey("n"));
    await assertRejects(() => store.createApiKey(apiKey("n", { scopes: ["admin"] })), ConflictError);
    assertEquals(await store.apiKey("n"), apiKey("n"));
  });

  claim("deleteApiKey answers whether there was one", async (store) => {
    await store.createApiKey(apiKey("n"));
    assertEquals(await store.deleteApiKey("n"), true);
    assertEquals(await store.deleteApiKey("n"), false);
    assertEquals(await store.apiKey("n"), undefined);
  });

  claim("revokedTokens are those that have not expired, and sweep lets go of the others", async (store) => {
    await store.revokeToken("x", T0 + 1);
    await store.revokeToken("y", T0 + 2);
    await store.revokeToken("y", T0 + 2);
    assertEquals((await store.revokedTokens(T0)).sort(), ["x", "y"]);
    assertEquals(await store.revokedTokens(T0 + 1), ["y"]);
    await store.sweep(keeping({ now: T0 + 1 }));
    assertEquals(await store.revokedTokens(T0), ["y"]);
  });
}
