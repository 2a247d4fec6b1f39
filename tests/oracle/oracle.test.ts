import { describe, it } from "node:test";
import process from "node:process";
import { assertThrows } from "@std/assert";
import { createEngine, type CreateSubject, fuzz, type Subject } from "./fuzz.ts";

/** NCS_SEED repeats a run, or tries another one. */
const SEED = Number(process.env.NCS_SEED ?? 1), STREAMS = 48, STEPS = 20;

/** Engines of which some verbs are replaced. */
function spoiled(spoil: (engine: Subject) => Partial<Subject>): CreateSubject {
  return (dims, options) => {
    const engine = createEngine(dims, options);
    const sound: Subject = {
      learn: (points, answer) => engine.learn(points, answer),
      assign: (points, answer) => engine.assign(points, answer),
      takeEvents: () => engine.takeEvents(),
      snapshot: () => engine.snapshot(),
      restore: (snapshot) => engine.restore(snapshot),
      merge: (snapshot) => engine.merge(snapshot),
    };
    return { ...sound, ...spoil(sound) };
  };
}

/** Changes the lowest bit of one of the answers of learn, in the middle of the batch. */
const altered = (name: "ids" | "outlierScores" | "similarities") =>
  spoiled(({ learn }) => ({
    learn: (points, answer) => {
      const said = learn(points, answer);
      new Uint32Array(said[name].buffer)[said.ids.length >> 1] ^= 1;
      return said;
    },
  }));

/** Changes one bit of the state, in the table of points that were met. */
const alteredState = spoiled(({ snapshot }) => ({
  snapshot: () => {
    const octets = snapshot();
    octets[octets.length - 12] ^= 1;
    return octets;
  },
}));

/** Faults, and the words in which the comparison must report them: if it finds one no more, it compares nothing. */
const CANARIES: [fault: string, subject: CreateSubject, words: string][] = [
  ["an id", altered("ids"), "id of point"],
  ["a score", altered("outlierScores"), "score of point"],
  ["a similarity", altered("similarities"), "similarity of point"],
  ["the state", alteredState, "remembered"],
];

describe(`the kernel and the oracle (seeds from ${SEED * 1000})`, () => {
  it(`agree bit for bit over ${STREAMS} streams of ${STEPS} operations`, () => {
    for (let i = 0; i < STREAMS; i++) fuzz(createEngine, SEED * 1000 + i, STEPS);
  });

  for (const [fault, subject, words] of CANARIES) {
    it(`do not agree when one bit of ${fault} is altered`, () => {
      assertThrows(() => fuzz(subject, SEED * 1000, STEPS), Error, words);
    });
  }
});
