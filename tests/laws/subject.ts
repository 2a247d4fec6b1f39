/** What the fuzz drives: an engine, behind verbs that a canary can spoil. */
import {
  type Assignment,
  type Cluster,
  Engine,
  type Options,
  type Points,
  type Status,
  type StreamEvent,
} from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";

export interface Subject {
  learn(points: Points): Assignment;
  assign(points: Points): Assignment;
  clusters(): Cluster[];
  status(): Status;
  takeEvents(): StreamEvent[];
  snapshot(): Uint8Array;
  restore(snapshot: Uint8Array): void;
  merge(snapshot: Uint8Array): void;
}

export type CreateSubject = (dims: number, options: Options) => Subject;

export const createEngine: CreateSubject = (dims, options) => Engine.create(kernel, dims, options);

/** An engine whose verbs are replaced in part: `spoil` gets the sound ones. */
export function spoiled(spoil: (sound: Subject) => Partial<Subject>): CreateSubject {
  return (dims, options) => {
    const engine = createEngine(dims, options);
    const sound: Subject = {
      learn: (points) => engine.learn(points),
      assign: (points) => engine.assign(points),
      clusters: () => engine.clusters(),
      status: () => engine.status(),
      takeEvents: () => engine.takeEvents(),
      snapshot: () => engine.snapshot(),
      restore: (snapshot) => engine.restore(snapshot),
      merge: (snapshot) => engine.merge(snapshot),
    };
    return { ...sound, ...spoil(sound) };
  };
}
