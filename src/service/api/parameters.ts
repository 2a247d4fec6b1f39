/** Parameters of a stream as the API names them, and as the engine does. */
import { OPTIONS, type Options, resolveOptions } from "../../engine/mod.ts";

const NAMES = Object.entries(OPTIONS).map(([option, { parameter }]) => [option, parameter] as const);

/** {"max_clusters": 12} gives {maxClusters: 12}. The values are checked by whoever takes them. */
export function optionsOf(parameters: Record<string, unknown>): Options {
  const given = NAMES.filter(([, parameter]) => parameters[parameter] !== undefined);
  return Object.fromEntries(given.map(([option, parameter]) => [option, parameters[parameter]])) as Options;
}

/** All parameters, defaults filled in. */
export function parametersOf(options: Options) {
  const { baseThreshold, learningRate, maxClusters, outlierThreshold, scaling } = resolveOptions(options);
  return {
    base_threshold: baseThreshold,
    learning_rate: learningRate,
    max_clusters: maxClusters,
    outlier_threshold: outlierThreshold,
    scaling,
  };
}
