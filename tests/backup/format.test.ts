/** The file of a backup: what is written is read, and nothing else is. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { BackupError, type Frame, readFrames, writeFrames } from "../../src/backup/format.ts";

const contents = (...streams: string[]): Frame => (
  { head: { kind: "contents", created: 1, version: "0", streams }, body: new Uint8Array(0) }
);
const stream = (name: string, bytes: number): Frame => ({
  head: { kind: "stream", name, dims: 3, parameters: {}, created: 2, creator: null, extra: '{"ü":1}' },
  body: new Uint8Array(bytes).map((_, i) => i * 7),
});
const end = (streams: number): Frame => ({ head: { kind: "end", streams }, body: new Uint8Array(0) });
const FRAMES = [contents("a", "b"), stream("a", 300), stream("b", 0), end(2)];

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function fileOf(frames: Frame[]): Promise<Uint8Array> {
  const parts: number[] = [];
  for await (const part of writeFrames(each(frames))) parts.push(...part);
  return Uint8Array.from(parts);
}

async function read(file: Uint8Array, chunkBytes = 1 << 16): Promise<Frame[]> {
  const chunks = Array.from(
    { length: Math.ceil(file.length / chunkBytes) },
    (_, i) => file.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  const frames: Frame[] = [];
  for await (const { head, body } of readFrames(each(chunks))) frames.push({ head, body });
  return frames;
}

async function assertRefused(file: Uint8Array, ...codes: string[]): Promise<void> {
  const { code } = await assertRejects(() => read(file), BackupError);
  assert(codes.includes(code), `${code} is none of ${codes}`);
}

describe("readFrames()", () => {
  it("gives the frames that were written, however the octets come", async () => {
    const file = await fileOf(FRAMES);
    for (const chunk of [1, 7, 64, 1 << 20]) assertEquals(await read(file, chunk), FRAMES);
  });

  it("refuses a file that ends early, wherever", async () => {
    const file = await fileOf(FRAMES);
    for (let length = 0; length < file.length; length += 3) {
      await assertRefused(file.subarray(0, length), "backup_truncated");
    }
  });

  it("refuses a file with one octet changed, wherever", async () => {
    const file = await fileOf(FRAMES);
    for (let at = 0; at < file.length; at += 2) {
      const damaged = file.slice();
      damaged[at] ^= 1 << (at % 8);
      await assertRefused(damaged, ...at < 8 ? ["backup_foreign"] : ["backup_damaged", "backup_truncated"]);
    }
  });

  it("refuses frames that are left out, moved, doubled, or of another file", async () => {
    const [mark, a, b, last] = await framesOf(FRAMES), other = await framesOf([contents("a"), stream("x", 9), end(1)]);
    const files = [[mark, b, last], [mark, a, last], [mark, b, a, last], [mark, a, a, b, last], [mark, other[1], last]];
    for (const parts of files) await assertRefused(Uint8Array.from(parts.flat()), "backup_damaged");
  });

  it("refuses a file that goes on after its end, and one whose end counts other streams", async () => {
    await assertRefused(Uint8Array.from([...await fileOf(FRAMES), 0]), "backup_damaged");
    await assertRefused(await fileOf([...FRAMES.slice(0, 3), end(3)]), "backup_damaged");
    await assertRefused(await fileOf([contents(), contents(), end(0)]), "backup_damaged");
    await assertRefused(await fileOf([stream("a", 1), end(1)]), "backup_damaged");
  });

  it("refuses what is no backup, and a backup of a newer format, by its version", async () => {
    await assertRefused(new TextEncoder().encode('{"streams": []}'), "backup_foreign");
    const newer = await fileOf(FRAMES);
    newer[6] = 2;
    const { message } = await assertRejects(() => read(newer), BackupError);
    assertEquals(message, "the backup has format version 2, this build reads 1");
  });

  it("holds no more than a frame may have, whatever a file says of its length", async () => {
    const file = await fileOf(FRAMES);
    new DataView(file.buffer).setUint32(12, 0xffffffff, true);
    await assertRefused(file, "backup_damaged");
  });
});

/** The octets of each frame; the first with the mark. */
async function framesOf(frames: Frame[]): Promise<number[][]> {
  const parts: number[][] = [];
  for await (const part of writeFrames(each(frames))) parts.push([...part]);
  const [mark, ...rest] = parts;
  const whole = frames.map((_, i) => [...rest[2 * i], ...rest[2 * i + 1]]);
  return [[...mark, ...whole[0]], ...whole.slice(1)];
}
