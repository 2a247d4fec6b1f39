/** Every variable that the server reads: its default and what it means. */
import { describeOption, OPTIONS, type Options } from "../../engine/mod.ts";

export const DEFAULTS = {
  environment: "development",
  port: 8000,
  host: "127.0.0.1",
  secretKey: "insecure-development-key",
  username: "admin",
  password: "admin123",
  accessTokenMinutes: 30,
  rateLimitPerMinute: 1000,
  dataDir: "./data",
  sync: "os",
  postgresPort: 5432,
  postgresName: "ncs",
  streamsPerKey: 1000,
  answersHours: 24,
  eventsKept: 10_000,
  eventsDays: 0,
  journalDays: 0,
  auditDays: 90,
} as const;

/** A variable of the environment. */
export interface Variable {
  name: string;
  default: string;
  means: string;
}

const MEANS: Record<keyof Options, string> = {
  baseThreshold: "similarity from which two groups are one cluster",
  learningRate: "share that a mature micro-cluster takes from its next point; sets the memory",
  maxClusters: "most clusters reported",
  outlierThreshold: "outlier score from which a point is flagged",
  scaling: "standard: each coordinate by its running mean and deviation",
};

export const OPTION_VARIABLES = Object.entries(OPTIONS).map(([option, spec]) => ({
  parameter: spec.parameter,
  name: `NCS_${spec.parameter.toUpperCase()}`,
  default: String(spec.default),
  means: `${MEANS[option as keyof Options]}; ${describeOption(spec)}`,
}));

const UNSET = "unset";

const variable = (name: string, value: string | number, means: string): Variable => (
  { name, default: String(value), means }
);

export const VARIABLES: readonly Variable[] = [
  variable("PORT", DEFAULTS.port, "port to listen on; 0: any that is free"),
  variable("HOST", DEFAULTS.host, "address to listen on; 0.0.0.0: all"),
  variable("ENVIRONMENT", DEFAULTS.environment, "production: refuses to start with default or weak secrets"),
  variable("DEBUG", "false", "true: logs every request"),
  variable("SECRET_KEY", DEFAULTS.secretKey, "signs tokens; in production 32 characters or more"),
  variable("NCS_SECRET_KEY", UNSET, "another name of SECRET_KEY"),
  variable("SECRET_KEY_PREVIOUS", UNSET, "older keys, separated by commas; their tokens hold until they expire"),
  variable("ADMIN_USERNAME", DEFAULTS.username, "who signs in at /auth/login"),
  variable("ADMIN_PASSWORD", DEFAULTS.password, "the password; in production another one, 12 characters or more"),
  variable("ACCESS_TOKEN_MINUTES", DEFAULTS.accessTokenMinutes, "how long an access token holds, 1 to 1440"),
  variable("RATE_LIMIT_PER_MINUTE", DEFAULTS.rateLimitPerMinute, "requests of a key, user or address; 0: any number"),
  variable("LOG_REQUESTS", "failures", "failures: those and slow requests; all: every request"),
  variable("METRICS_ENABLED", "true", "false: no /metrics"),
  variable("METRICS_TOKEN", UNSET, "the bearer token that /metrics asks for"),
  variable("ALLOWED_ORIGINS", UNSET, "origins whose pages may ask, separated by commas; *: all, not in production"),
  variable("TRUSTED_PROXIES", 0, "proxies in front that write X-Forwarded-For; 0: the header is ignored"),
  variable("DATA_DIR", DEFAULTS.dataDir, "folder of the SQLite file"),
  variable("NCS_FSYNC", DEFAULTS.sync, "what a write waits for: os (outlives the process) or disk (a power cut too)"),
  variable("DATABASE_URL", UNSET, "postgres://... to use Postgres; goes before POSTGRES_*"),
  variable("POSTGRES_HOST", UNSET, "host of Postgres, to use it"),
  variable("POSTGRES_PORT", DEFAULTS.postgresPort, "its port"),
  variable("POSTGRES_DB", DEFAULTS.postgresName, "its database"),
  variable("POSTGRES_USER", DEFAULTS.postgresName, "its user"),
  variable("POSTGRES_PASSWORD", UNSET, "the user's password"),
  variable(
    "REPLICA_URL",
    UNSET,
    "base URL by which the other servers on the same Postgres reach this one; unset: it is alone",
  ),
  variable("REDIS_URL", UNSET, "redis://... for limits and revocations that replicas share"),
  variable("STREAMS_PER_KEY", DEFAULTS.streamsPerKey, "streams that a key or user may have made; 0: any number"),
  variable("ANSWERS_HOURS", DEFAULTS.answersHours, "how long answers are kept for Idempotency-Keys, 1 to 720"),
  variable("EVENTS_KEPT", DEFAULTS.eventsKept, "newest events kept of a stream"),
  variable("EVENTS_DAYS", DEFAULTS.eventsDays, "how long events are kept; 0: whatever their age"),
  variable("JOURNAL_DAYS", DEFAULTS.journalDays, "how long entries are kept that a snapshot holds; 0: not at all"),
  variable("AUDIT_DAYS", DEFAULTS.auditDays, "how long records of the audit log are kept, 1 to 3650"),
  ...OPTION_VARIABLES,
];
