/** The service's public face. */
export { type App, type AppParts, createApp } from "./app.ts";
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
} from "./config.ts";
export { type DocsAssets } from "./docs/routes.ts";
export { type MetricsConfig } from "./metrics/routes.ts";
export { createLog, type Log } from "./log.ts";
