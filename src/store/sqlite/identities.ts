// deno-lint-ignore-file require-await
/** The part of the SQLite store that says who may do what, and who did: users, API keys, revoked tokens, audit log. */
import { type ApiKeyRow, type AuditRow, toApiKey, toAudit, toUser, type UserRow } from "../rows.ts";
import { type AuditQuery, ConflictError, type StoredApiKey, type StoredAudit, type StoredUser } from "../store.ts";
import type { Database } from "./database.ts";

const AUDIT = `SELECT * FROM audit
  WHERE (?1 IS NULL OR actor = ?1) AND (?2 IS NULL OR action = ?2) AND (?3 IS NULL OR time >= ?3)
    AND (?4 IS NULL OR time < ?4) AND (?5 IS NULL OR id < ?5)
  ORDER BY id DESC LIMIT ?6`;

export class SqliteIdentities {
  protected readonly connection: Database;

  protected constructor(connection: Database) {
    this.connection = connection;
  }

  async user(name: string): Promise<StoredUser | undefined> {
    const row = this.connection.get<UserRow>("SELECT * FROM users WHERE name = ?", name);
    return row && toUser(row);
  }

  async saveUser({ name, passwordHash, scopes, created }: StoredUser): Promise<void> {
    this.connection.run(
      "INSERT OR REPLACE INTO users (name, password_hash, scopes, created) VALUES (?, ?, ?, ?)",
      name,
      passwordHash,
      JSON.stringify(scopes),
      created,
    );
  }

  async apiKeys(): Promise<StoredApiKey[]> {
    return this.connection.all<ApiKeyRow>("SELECT * FROM api_keys ORDER BY created, id").map(toApiKey);
  }

  async apiKey(id: string): Promise<StoredApiKey | undefined> {
    const row = this.connection.get<ApiKeyRow>("SELECT * FROM api_keys WHERE id = ?", id);
    return row && toApiKey(row);
  }

  async createApiKey(key: StoredApiKey): Promise<void> {
    const made = this.connection.run(
      `INSERT OR IGNORE INTO api_keys (id, name, prefix, secret_hash, scopes, streams, created, expires, last_used)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      key.id,
      key.name,
      key.prefix,
      key.secretHash,
      JSON.stringify(key.scopes),
      key.streams && JSON.stringify(key.streams),
      key.created,
      key.expires,
      key.lastUsed,
    );
    if (!made) throw new ConflictError(`there is an API key ${key.id}`);
  }

  async deleteApiKey(id: string): Promise<boolean> {
    return this.connection.run("DELETE FROM api_keys WHERE id = ?", id) > 0;
  }

  async noteApiKeyUse(id: string, time: number): Promise<void> {
    this.connection.run("UPDATE api_keys SET last_used = ? WHERE id = ?", time, id);
  }

  async revokeToken(id: string, expires: number): Promise<void> {
    this.connection.run("INSERT OR REPLACE INTO revoked_tokens (id, expires) VALUES (?, ?)", id, expires);
  }

  async revokedTokens(now: number): Promise<string[]> {
    const rows = this.connection.all<{ id: string }>(
      "SELECT id FROM revoked_tokens WHERE expires > ? ORDER BY id",
      now,
    );
    return rows.map(({ id }) => id);
  }

  async noteAudit({ time, actor, action, target, address, result, requestId }: StoredAudit): Promise<void> {
    const insert =
      "INSERT INTO audit (time, actor, action, target, address, result, request_id) VALUES (?, ?, ?, ?, ?, ?, ?)";
    this.connection.run(insert, time, actor, action, target, address, result, requestId);
  }

  async audit(query: AuditQuery): Promise<(StoredAudit & { id: number })[]> {
    const { actor = null, action = null, since = null, until = null, before = null, limit } = query;
    return this.connection.all<AuditRow>(AUDIT, actor, action, since, until, before, limit).map(toAudit);
  }
}
