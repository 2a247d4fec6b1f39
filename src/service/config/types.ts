/** What the configuration holds. */
import type { BodyLimits } from "../http/body.ts";
import type { StreamsConfig } from "../streams/streams.ts";

/** What a request may hold at most. */
export interface Limits extends BodyLimits {
  jsonPointsMax: number;
  binaryPointsMax: number;
  dimsMax: number;
}

export interface AuthConfig {
  /** Signs tokens. */
  secretKey: string;
  /** Signed tokens before; what they signed holds until it expires. */
  previousSecretKeys: readonly string[];
  admin: { username: string; password: string };
  accessToken_ms: number;
  refreshToken_ms: number;
  /** Whether the placeholders of the documentation's snippets hold. */
  takesPlaceholders: boolean;
}

/** A server by URL, or by its parts; the host may be the folder of a Unix socket. */
export type PostgresAddress =
  | { url: string }
  | { host: string; port: number; database: string; user: string; password: string | undefined };

export interface StorageConfig {
  /** Folder of the SQLite file. */
  dataDir: string;
  /** In place of the file. */
  postgres: PostgresAddress | undefined;
  /** What a write waits for: the operating system, or the disk. */
  sync: "os" | "disk";
}

export interface MetricsConfig {
  /** Without it there is no /metrics. */
  isEnabled: boolean;
  /** What a scraper shows as its bearer token; undefined: none is asked for. */
  token?: string;
}

/** How long what is not needed to go on is kept. */
export interface RetentionConfig {
  answers_ms: number;
  /** Newest events of a stream. */
  eventsKept: number;
  /** Infinity: whatever their age. */
  events_ms: number;
  /** Entries of the journal that a snapshot holds; 0: not at all. */
  journal_ms: number;
  audit_ms: number;
}

export interface Config {
  environment: "development" | "production";
  isDebug: boolean;
  /** Whether every request is logged, not failures and slow ones alone. */
  logsRequests: boolean;
  metrics: MetricsConfig;
  /** TCP port, 0: any that is free. */
  port: number;
  /** Address to listen on. */
  host: string;
  /** Proxies in front of the server that write X-Forwarded-For. */
  trustedProxies: number;
  /** Origins whose pages may ask; "*": all. */
  allowedOrigins: readonly string[];
  auth: AuthConfig;
  /** Requests a minute of a key, a user or an address; 0: any number. */
  rateLimitPerMinute: number;
  /** Where other servers on the same store reach this one; undefined: it is alone. */
  replicaUrl: string | undefined;
  /** Connection URL of Redis; undefined: none. */
  redisUrl: string | undefined;
  storage: StorageConfig;
  streams: StreamsConfig;
  retention: RetentionConfig;
  limits: Limits;
}
