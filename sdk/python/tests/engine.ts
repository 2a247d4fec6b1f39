/**
 * The JavaScript engine on a file of points: learns half, passes through a snapshot, learns the rest, and writes labels,
 * scores, similarities and the snapshot one after the other. Arguments: points (f64 or f32), out, dims, options as JSON.
 */
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { Engine } from "../../../src/engine/mod.ts";

const [file, out, dims, options] = process.argv.slice(2);
const kernel = await WebAssembly.compile(readFileSync(new URL("../../../build/ncs.wasm", import.meta.url)));
const { buffer } = new Uint8Array(readFileSync(file));
const points = file.endsWith(".f32") ? new Float32Array(buffer) : new Float64Array(buffer);
const half = Number(dims) * Math.floor(points.length / Number(dims) / 2);
const engine = Engine.create(kernel, Number(dims), JSON.parse(options));
const first = engine.learn(points.subarray(0, half));
const restored = Engine.restore(kernel, engine.snapshot());
const rest = restored.learn(points.subarray(half));
const seen = restored.assign(points);
const parts = [first, rest, seen].flatMap(({ ids, outlierScores, similarities }) => [ids, outlierScores, similarities]);
const octets = [...parts.map((part) => new Uint8Array(part.buffer)), restored.snapshot()];
writeFileSync(out, Buffer.concat(octets));
