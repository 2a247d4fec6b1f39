/** Streams over a store, as the service has them, without HTTP. */
import type { Options } from "../../src/engine/mod.ts";
import { systemClock } from "../../src/service/clock.ts";
import { STREAM_LIMITS } from "../../src/service/config.ts";
import { Answers } from "../../src/service/streams/answers.ts";
import { Journal } from "../../src/service/streams/journal.ts";
import { Streams, type StreamsConfig } from "../../src/service/streams/streams.ts";
import type { Store } from "../../src/store/mod.ts";
import { kernel } from "../kernel.ts";

/** A process that has the streams; let it go out of use to crash it. */
export function openStreams(store: Store, parameters: Options = {}, config: Partial<StreamsConfig> = {}) {
  const journal = new Journal(store, systemClock);
  const errors: unknown[] = [];
  const streams = new Streams({
    kernel,
    store,
    journal,
    clock: systemClock,
    onLearned: () => {},
    onEvents: () => {},
    onLoaded: () => {},
    onError: (_message, error) => errors.push(error),
  }, { ...STREAM_LIMITS, parameters, liveMax: 100, idle_ms: 1e9, perCreatorMax: 10_000, ...config });
  return { streams, journal, answers: new Answers(store, systemClock), errors };
}
