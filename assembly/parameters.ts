/** Constants of the algorithm (docs/ALGORITHM.md says what each does) and the parameters of the stream. */

export const STATUS_OK: i32 = 0, STATUS_PARAMETER: i32 = 1, STATUS_NOT_READY: i32 = 2, STATUS_VALUE: i32 = 3;
export const STATUS_DAMAGED: i32 = 4, STATUS_FOREIGN: i32 = 5, STATUS_RANGE: i32 = 6;

export const DIMS_MAX: i32 = 1024;
/** Largest absolute coordinate: its square times 1,024 dimensions still fits an f32. */
export const COORDINATE_MAX: f64 = 1e15;

export const EVENT_FIELDS: i32 = 5;
/** Groups of the search index: about M / 8 at the default size, never more. */
export const GROUPS_MAX: i32 = 32, GROUPS_AIM: i32 = 12, GROUPS_LEAST: i32 = 8;

export const SNAPSHOT_MAGIC: u32 = 0x3153434e, SNAPSHOT_VERSION: u32 = 2, SNAPSHOT_FIXED: i32 = 768;

export const STRUCTURE_EVERY: f64 = 1000,
  STRUCTURE_MOST: f64 = 4000,
  KEPT: f64 = 0.999,
  STRUCTURE_GROWTH: f64 = 0.15,
  STRUCTURE_EARLY: f64 = 32;
export const UNEXPLAINED_MAX: i32 = 12;
export const COOL_RATE: f64 = 0.0005;
export const FILL: f64 = 0.75,
  DROP_PACE: f64 = 0.5,
  LIGHT: f64 = 1.5,
  LIGHT_LEAST: f64 = 0.2,
  LIGHT_MOST: f64 = 0.6,
  FORGOTTEN: f64 = 0.1;
export const PACE_RATE: f64 = 0.125, PACE_LEAST: f64 = 4, PACE_PRICE: f64 = 1.25, PACE_FIRST: f64 = 4000;
export const REACH: f64 = 9;
export const CLUSTER_SHARE: f64 = 0.003, CLUSTER_POINTS: f64 = 3;
export const CORE_POINTS: f64 = 3, CORE_SHARE: f64 = 0.002;
export const HYSTERESIS: f64 = 0.01, CLUSTER_COST: f64 = 1;
export const FLOOR_SHARE: f64 = 0.05, YOUNG_SHARE: f64 = 0.5;
export const DOUBLING: f32 = 1.6, DOUBLING_ONE: f64 = 0.02, DOUBLING_TWO: f64 = 0.04, DENSITY_POINTS: i32 = 8;
export const PART_KERNEL: f64 = 0.03, PART_VALLEY: f64 = 0.5, PART_CHANCE: f64 = 4, PART_SHARE: f64 = 0.05, PART_POINTS: f64 = 10;
export const JOIN_KERNEL: f64 = 0.05, JOIN_PER_CLUSTER: f64 = 4, JOIN_CHANCE: f64 = 0.5, JOIN_NEAR: i32 = 4;
export const LINE_CHANCE: f64 = 2, LINE_NOISE: f64 = 0.3, LINE_KERNEL: f64 = 0.35, SLACK_LEAST: f64 = 0.3;
export const CONFIRM_SHARE: f64 = 0.5, CONFIRM_AGE: f64 = 150, CONFIRM_POINTS: f64 = 10, CONFIRM_STEP: f64 = 200;
export const INFANCY_SHARE: f64 = 0.3, INFANCY: f64 = 300;
export const REPEATS: f64 = 4;
export const NOVELTY_TABLE: i32 = 128, NOVELTY_EVERY: i32 = 4, NOVELTY_RATE: f64 = 1 / 128;
export const LOOK_VALLEY: f64 = 0.7,
  LOOK_NEW: f64 = 0.5,
  LOOK_SHARE: f64 = 0.03,
  LOOK_MICROS: i32 = 3,
  DEEP_SHARE: f64 = 0.08,
  DEEP_MICROS: i32 = 8;
export const DRIFT_SLACK: f64 = 0.1,
  DRIFT_LIMIT: f64 = 8,
  DRIFT_MEMORY: f64 = 1000,
  DRIFT_FROM: f64 = 200,
  DRIFT_LOSS: f64 = 2,
  DRIFT_AGE: f64 = 100;
export const MATURE: f64 = 0.4, NEAR: f64 = 8, USUAL_POINTS: f64 = 20, USUAL_RATE: f64 = 0.02;
export const ROUND_EVEN: f64 = 0.8, ROUND_LIKE: f64 = 2, ROUND_MICROS: i32 = 3;
export const BORDER_NEAR: f64 = 36, BORDER_AGREE: f64 = 0.8;
export const UNIT_MAX: f64 = 1e6, WEIGHT_LEAST: f64 = 1e-12, RATE_LEAST: f64 = 1e-200;

/** Parameters of the stream, set by init(). */
export let baseThreshold: f64 = 0.71, learningRate: f64 = 0.06, outlierThreshold: f64 = 0.5, scaling: i32 = 0;

export function setParameters(base: f64, rate: f64, outlier: f64, scale: i32): bool {
  if (!(base > 0 && base < 1) || !(rate >= 0.0001 && rate <= 1) || !(outlier >= 0 && outlier <= 1)) return false;
  if (scale != 0 && scale != 1) return false;
  baseThreshold = base;
  learningRate = rate;
  outlierThreshold = outlier;
  scaling = scale;
  return true;
}
