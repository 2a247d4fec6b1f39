/** The configuration: read from an environment, checked whole, printed by --help. */
import { optionFromText } from "../engine/mod.ts";
import {
  flag,
  integer,
  oneOf,
  readBrokerUrl,
  readKeys,
  readOrigins,
  readPostgres,
  readSecretKey,
  url,
} from "./config/readers.ts";
import { Environment } from "./config/environment.ts";
import { productionFaults } from "./config/production.ts";
import type { Config, Limits, RetentionConfig } from "./config/types.ts";
import { DEFAULTS, OPTION_VARIABLES, VARIABLES } from "./config/variables.ts";
import type { StreamsConfig } from "./streams/streams.ts";

export { ConfigError } from "./config/environment.ts";
export type { AuthConfig, Config, Limits, MetricsConfig, RetentionConfig, StorageConfig } from "./config/types.ts";
export { VARIABLES } from "./config/variables.ts";

export const LIMITS: Limits = {
  bodyBytesMax: 32 * 2 ** 20,
  bodyTime_ms: 30_000,
  jsonPointsMax: 10_000,
  binaryPointsMax: 1_000_000,
  dimsMax: 1_000,
};

export const STREAM_LIMITS: Omit<StreamsConfig, "parameters"> = {
  liveMax: 1000,
  liveBytesMax: 512 * 2 ** 20,
  idle_ms: 10 * 60_000,
  streamsMax: 10_000,
  perCreatorMax: DEFAULTS.streamsPerKey,
};

/** A session that is not refreshed for so long ends. */
const REFRESH_TOKEN_MS = 7 * 24 * 3600 * 1000;

const HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS;

function readRetention(env: Environment): RetentionConfig {
  const days = (name: string, min: number, value: number) => env.get(name, integer(min, 3650), value) * DAY_MS;
  return {
    answers_ms: env.get("ANSWERS_HOURS", integer(1, 720), DEFAULTS.answersHours) * HOUR_MS,
    eventsKept: env.get("EVENTS_KEPT", integer(0, 1e6), DEFAULTS.eventsKept),
    events_ms: days("EVENTS_DAYS", 0, DEFAULTS.eventsDays) || Infinity,
    journal_ms: days("JOURNAL_DAYS", 0, DEFAULTS.journalDays),
    audit_ms: days("AUDIT_DAYS", 1, DEFAULTS.auditDays),
  };
}

/** Reads the configuration; an empty variable counts as unset. Throws ConfigError that names every bad variable. */
export function readConfig(read: (name: string) => string | undefined): Config {
  const env = new Environment(read);
  const environment = env.get("ENVIRONMENT", oneOf("development", "production"), DEFAULTS.environment);
  const config: Config = {
    environment,
    isDebug: env.get("DEBUG", flag, false),
    logsRequests: env.get("LOG_REQUESTS", oneOf("failures", "all"), "failures") === "all",
    metrics: {
      isEnabled: env.get("METRICS_ENABLED", flag, true),
      token: env.get("METRICS_TOKEN", String, undefined),
    },
    port: env.get("PORT", integer(0, 65535), DEFAULTS.port),
    host: env.get("HOST", String, DEFAULTS.host),
    trustedProxies: env.get("TRUSTED_PROXIES", integer(0, 100), 0),
    allowedOrigins: env.get("ALLOWED_ORIGINS", readOrigins, []),
    auth: {
      secretKey: readSecretKey(env),
      previousSecretKeys: env.get("SECRET_KEY_PREVIOUS", readKeys, []),
      admin: {
        username: env.get("ADMIN_USERNAME", String, DEFAULTS.username),
        password: env.get("ADMIN_PASSWORD", String, DEFAULTS.password),
      },
      accessToken_ms: env.get("ACCESS_TOKEN_MINUTES", integer(1, 1440), DEFAULTS.accessTokenMinutes) * 60_000,
      refreshToken_ms: REFRESH_TOKEN_MS,
      takesPlaceholders: environment === "development",
    },
    rateLimitPerMinute: env.get("RATE_LIMIT_PER_MINUTE", integer(0, 1e9), DEFAULTS.rateLimitPerMinute),
    replicaUrl: env.get("REPLICA_URL", url("http", "https"), undefined),
    redisUrl: env.get("REDIS_URL", readBrokerUrl, undefined),
    storage: {
      dataDir: env.get("DATA_DIR", String, DEFAULTS.dataDir),
      postgres: readPostgres(env),
      sync: env.get("NCS_FSYNC", oneOf("os", "disk"), DEFAULTS.sync),
    },
    streams: {
      ...STREAM_LIMITS,
      perCreatorMax: env.get("STREAMS_PER_KEY", integer(0, 10_000), DEFAULTS.streamsPerKey) || Infinity,
      parameters: Object.assign(
        {},
        ...OPTION_VARIABLES.map((v) => env.get(v.name, (text) => optionFromText(v.parameter, text), undefined)),
      ),
    },
    retention: readRetention(env),
    limits: LIMITS,
  };
  if (config.replicaUrl !== undefined && !config.storage.postgres) {
    env.faults.push("REPLICA_URL: replicas share a Postgres; set DATABASE_URL or POSTGRES_HOST");
  }
  if (environment === "production") env.faults.push(...productionFaults(config));
  env.throwFaults();
  return config;
}

/** What a configuration that is allowed should not be in earnest, a sentence each. */
export function warningsOf({ environment, host }: Config): string[] {
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/.test(host);
  if (environment === "production" || isLoopback) return [];
  return [
    `development mode listens on ${host}, beyond this machine, with keys and passwords that anybody may know; ` +
    "set ENVIRONMENT=production",
  ];
}

/** The text of --help. */
export function helpText(version: string): string {
  const width = Math.max(...VARIABLES.map((variable) => variable.name.length));
  const lines = VARIABLES.map((variable) =>
    `  ${variable.name.padEnd(width)}  ${variable.means} (default ${variable.default})`
  );
  return [`NeuroCluster Streamer ${version}: the server`, "", "Environment:", ...lines, ""].join("\n");
}
