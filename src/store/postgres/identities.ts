/** The part of the Postgres store that says who may do what, and who did: users, API keys, revoked tokens, audit log. */
import { toApiKey, toAudit, toUser } from "../rows.ts";
import { type AuditQuery, ConflictError, type StoredApiKey, type StoredAudit, type StoredUser } from "../store.ts";
import type { Connections } from "./connection.ts";

const AUDIT = `SELECT * FROM ncs_audit
  WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR action = $2)
    AND ($3::double precision IS NULL OR time >= $3) AND ($4::double precision IS NULL OR time < $4)
    AND ($5::bigint IS NULL OR id < $5)
  ORDER BY id DESC LIMIT $6`;

export class PostgresIdentities {
  protected readonly connections: Connections;

  protected constructor(connections: Connections) {
    this.connections = connections;
  }

  async user(name: string): Promise<StoredUser | undefined> {
    const [row] = await this.connections.query("SELECT * FROM ncs_users WHERE name = $1", name);
    return row && toUser(row);
  }

  async saveUser({ name, passwordHash, scopes, created }: StoredUser): Promise<void> {
    await this.connections.query(
      `INSERT INTO ncs_users (name, password_hash, scopes, created) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name) DO UPDATE
       SET password_hash = excluded.password_hash, scopes = excluded.scopes, created = excluded.created`,
      name,
      passwordHash,
      JSON.stringify(scopes),
      created,
    );
  }

  async apiKeys(): Promise<StoredApiKey[]> {
    return (await this.connections.query("SELECT * FROM ncs_api_keys ORDER BY created, id")).map(toApiKey);
  }

  async apiKey(id: string): Promise<StoredApiKey | undefined> {
    const [row] = await this.connections.query("SELECT * FROM ncs_api_keys WHERE id = $1", id);
    return row && toApiKey(row);
  }

  async createApiKey(key: StoredApiKey): Promise<void> {
    const made = await this.connections.count(
      `INSERT INTO ncs_api_keys (id, name, prefix, secret_hash, scopes, streams, created, expires, last_used)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
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
    return await this.connections.count("DELETE FROM ncs_api_keys WHERE id = $1", id) > 0;
  }

  async noteApiKeyUse(id: string, time: number): Promise<void> {
    await this.connections.query("UPDATE ncs_api_keys SET last_used = $1 WHERE id = $2", time, id);
  }

  async revokeToken(id: string, expires: number): Promise<void> {
    await this.connections.query(
      `INSERT INTO ncs_revoked_tokens (id, expires) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET expires = excluded.expires`,
      id,
      expires,
    );
  }

  async revokedTokens(now: number): Promise<string[]> {
    const rows = await this.connections.query("SELECT id FROM ncs_revoked_tokens WHERE expires > $1 ORDER BY id", now);
    return rows.map(({ id }) => id);
  }

  async noteAudit({ time, actor, action, target, address, result, requestId }: StoredAudit): Promise<void> {
    await this.connections.query(
      `INSERT INTO ncs_audit (time, actor, action, target, address, result, request_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      time,
      actor,
      action,
      target,
      address,
      result,
      requestId,
    );
  }

  async audit(query: AuditQuery): Promise<(StoredAudit & { id: number })[]> {
    const { actor = null, action = null, since = null, until = null, before = null, limit } = query;
    return (await this.connections.query(AUDIT, actor, action, since, until, before, limit)).map(toAudit);
  }
}
