/** Leases and assignments in Postgres. Its clock alone counts. */
import type { Member, Replica, ReplicaStore } from "../replicas.ts";
import type { Connections } from "./connection.ts";

/** $1 to $4 the replica, $5 milliseconds. Rows of the dead stay for a minute, for who looks. */
const RENEW = `
  WITH dead AS (
    DELETE FROM ncs_replicas WHERE expires < clock_timestamp() - interval '1 minute' AND id <> $1
  )
  INSERT INTO ncs_replicas (id, url, secret, leaving, expires)
  VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond')
  ON CONFLICT (id) DO UPDATE SET leaving = excluded.leaving, expires = excluded.expires`;

const MEMBERS = `
  SELECT id, url, secret, leaving, (SELECT count(*) FROM ncs_streams WHERE owner = ncs_replicas.id) AS streams
  FROM ncs_replicas WHERE expires > clock_timestamp() ORDER BY id`;

/** $1 the stream, $2 who asks, $3 whether they do not want it. */
const ASSIGN = `
  WITH live AS (
    SELECT id, leaving, (SELECT count(*) FROM ncs_streams WHERE owner = ncs_replicas.id) AS streams
    FROM ncs_replicas WHERE expires > clock_timestamp()
  )
  UPDATE ncs_streams SET owner = (SELECT id FROM live ORDER BY leaving, streams, id = $2 DESC, id LIMIT 1)
  WHERE name = $1 AND (owner IS NULL OR owner NOT IN (SELECT id FROM live) OR ($3 AND owner = $2))`;

/** The lease must hold still: a replica that slept must not take what may be assigned anew at any moment. */
const CLAIM = `
  UPDATE ncs_streams SET epoch = nextval('ncs_epochs')
  WHERE name = $1 AND owner = $2
    AND EXISTS (SELECT 1 FROM ncs_replicas WHERE id = $2 AND expires > clock_timestamp())
  RETURNING epoch`;

export class PostgresReplicas implements ReplicaStore {
  constructor(readonly connections: Connections) {}

  async renew({ id, url, secret, isLeaving }: Replica, lease_ms: number): Promise<Member[]> {
    await this.connections.query(RENEW, id, url, secret, isLeaving, lease_ms);
    const rows = await this.connections.query(MEMBERS);
    return rows.map(({ id, url, secret, leaving, streams }) => ({ id, url, secret, isLeaving: leaving, streams }));
  }

  async leave(id: string): Promise<void> {
    await this.connections.query("UPDATE ncs_streams SET owner = NULL WHERE owner = $1", id);
    await this.connections.query("DELETE FROM ncs_replicas WHERE id = $1", id);
  }

  async assign(stream: string, self: string, isUnwanted: boolean): Promise<string | undefined> {
    await this.connections.query(ASSIGN, stream, self, isUnwanted);
    const [row] = await this.connections.query("SELECT owner FROM ncs_streams WHERE name = $1", stream);
    return row?.owner ?? undefined;
  }

  async claim(stream: string, id: string): Promise<number | undefined> {
    const [row] = await this.connections.query(CLAIM, stream, id);
    return row?.epoch;
  }

  async release(stream: string, epoch: number, to: string | null): Promise<void> {
    await this.connections.query("UPDATE ncs_streams SET owner = $3 WHERE name = $1 AND epoch = $2", stream, epoch, to);
  }

  async assigned(id: string): Promise<Map<string, number>> {
    const rows = await this.connections.query("SELECT name, epoch FROM ncs_streams WHERE owner = $1", id);
    return new Map(rows.map(({ name, epoch }) => [name, epoch]));
  }
}
