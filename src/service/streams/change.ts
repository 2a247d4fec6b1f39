/** What a write does to a stream, as octets of the journal: little-endian, as every host that runs the kernel has them. */
import type { Assignment, Options } from "../../engine/mod.ts";
import type { Entry, StoredAnswer, StoredState } from "../../store/mod.ts";

/** What a batch may ask for. */
export interface LearnOptions {
  /** The three layers of each score. */
  layers?: boolean;
  /** The answer to keep with the write, made when the labels are known. */
  answer?(assignment: Assignment): StoredAnswer;
}

/** Points as they are learned and journalled: flat, row-major. */
export type FlatPoints = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** What a write does, and what is journalled of it. */
export type Change = Pick<Entry, "kind" | "body">;

/** What points are journalled as: a view of them, not a copy. */
export function changeOfPoints(points: FlatPoints): Change {
  const { buffer, byteOffset, byteLength } = points;
  const body = new Uint8Array(buffer, byteOffset, byteLength);
  return { kind: points instanceof Float32Array ? "f32" : "f64", body };
}

/** The points of a change: a view where they are aligned, else a copy. */
export function pointsOfChange({ kind, body }: Change): FlatPoints {
  const size = kind === "f32" ? 4 : 8;
  const { buffer, byteOffset } = body.byteOffset % size === 0 ? body : body.slice();
  const count = body.byteLength / size;
  return kind === "f32" ? new Float32Array(buffer, byteOffset, count) : new Float64Array(buffer, byteOffset, count);
}

/** A change of parameters; `from` is kept so that a replay from the first entry begins with what was. */
export function changeOfOptions(from: Options, to: Options): Change {
  return { kind: "configure", body: new TextEncoder().encode(JSON.stringify({ from, to })) };
}

export function optionsOfChange({ body }: Change): { from: Options; to: Options } {
  return JSON.parse(new TextDecoder().decode(body));
}

/** The options that a stream had before any of these entries. */
export function firstOptions(latest: Options, entries: StoredState["entries"]): Options {
  const change = entries.find(({ kind }) => kind === "configure");
  return change ? optionsOfChange(change).from : latest;
}
