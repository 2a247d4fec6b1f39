/** The service's public face. */
export { type App, type AppParts, createApp, SWEEP_MS } from "./app.ts";
export { backupOf } from "./backup/backup.ts";
export { type Existing, type Report, restoreBackup } from "./backup/restore.ts";
export { type Clock, systemClock } from "./clock.ts";
export {
  type Config,
  ConfigError,
  helpText,
  LIMITS,
  type Limits,
  readConfig,
  STREAM_LIMITS,
  VARIABLES,
  warningsOf,
} from "./config.ts";
export type { PasswordHasher } from "./auth/passwords.ts";
export type { RevocationBus, Told } from "./auth/revocations.ts";
export type { Count, Counter, Limit } from "./limits/counter.ts";
export type { StoredEvent } from "../store/mod.ts";
export type { EventBus } from "./live/hub.ts";
export type { Shared } from "./shared.ts";
export { type ConsoleAssets } from "./console/routes.ts";
export { type DocsAssets } from "./docs/routes.ts";
export type { SocketHandlers, Upgrade } from "./live/socket.ts";
export { createLog, errorFields, type Log } from "./log.ts";
export { STREAM_NAME } from "./schema/streams.ts";
export { DEFAULT_STREAM } from "./streams/streams.ts";
