/** The engine's public face. */
export { type AnswerOptions, Engine } from "./engine.ts";
export { NcsError, type NcsErrorCode } from "./errors.ts";
export { checkDims, describeOption, DIMS_MAX, optionFromText, OPTIONS, resolveOptions } from "./options.ts";
export { asError, COORDINATE_MAX, type Fault, findFaults } from "./points.ts";
export type { Assignment, Cluster, Health, Options, Points, Status, StreamEvent } from "./types.ts";
