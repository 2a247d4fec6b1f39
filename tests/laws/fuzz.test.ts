import { describe, it } from "node:test";
import { assertThrows } from "@std/assert";
import { fuzz } from "./fuzz.ts";
import { SEED } from "./streams.ts";
import { createEngine, spoiled, type Subject } from "./subject.ts";

const STREAMS = 60, STEPS = 40;

/** Faults that the fuzz must find; if it finds one no more, it tests nothing. */
const CANARIES: Record<string, (sound: Subject) => Partial<Subject>> = {
  "a score beyond one": ({ learn }) => ({
    learn: (points) => {
      const answer = learn(points);
      answer.outlierScores[answer.ids.length - 1] += 1.5;
      return answer;
    },
  }),
  "an id that was never born": ({ learn }) => ({
    learn: (points) => {
      const answer = learn(points);
      answer.ids[0] += 1000;
      return answer;
    },
  }),
  "a lost event": ({ takeEvents }) => ({ takeEvents: () => takeEvents().slice(1) }),
  "an assign that learns": ({ learn }) => ({ assign: learn }),
  "a snapshot that forgets": ({ snapshot, learn }) => ({
    snapshot: () => {
      const octets = snapshot();
      learn([new Array(8).fill(0).slice(0, octets[12])]);
      return octets;
    },
  }),
  "a damaged snapshot that is taken": ({ restore }) => ({
    restore: (snapshot) => {
      try {
        restore(snapshot);
      } catch { /* spoiled on purpose */ }
    },
  }),
  "two clusters of one id": ({ clusters }) => ({
    clusters: () => clusters().map((cluster) => ({ ...cluster, id: 0 })),
  }),
};

describe(`fuzz (seeds from ${SEED * 1000})`, () => {
  it(`holds over ${STREAMS} streams of ${STEPS} operations`, () => {
    for (let i = 0; i < STREAMS; i++) fuzz(createEngine, SEED * 1000 + i, STEPS);
  });

  for (const [fault, spoil] of Object.entries(CANARIES)) {
    it(`finds ${fault}`, () => {
      assertThrows(() => {
        for (let i = 0; i < 10; i++) fuzz(spoiled(spoil), SEED * 1000 + i, STEPS);
      });
    });
  }
});
