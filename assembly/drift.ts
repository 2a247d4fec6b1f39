/** Whether the stream changes. */
export let driftCount: f64 = 0, lastDrift: f64 = 0;
