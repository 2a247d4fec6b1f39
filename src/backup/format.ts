/**
 * The file of a backup: a mark with the version of the format, then frames. A frame is the lengths of its head and its body
 * (u32, little-endian), the head (JSON), the body (octets), and SHA-256 of all that and of the digest before: so that a
 * frame that is changed, missing, moved or of another file is told, and so is an end that is missing. Web standards only.
 *
 * First comes the contents, then a frame for each stream, then the end, which says how many there were.
 */
import { joinOctets } from "../octets.ts";

/** NCSBAK and the version. */
const MARK = new TextEncoder().encode("NCSBAK");
export const BACKUP_VERSION = 1;
const MARK_BYTES = MARK.length + 2;

/** A head and a body have so many octets at most: what is read holds no more of a file. */
const HEAD_BYTES_MAX = 1 << 20, BODY_BYTES_MAX = 1 << 26;
const LENGTHS_BYTES = 8, DIGEST_BYTES = 32;

export type Octets = Uint8Array<ArrayBuffer>;

/** What the file is of. */
export interface Contents {
  kind: "contents";
  /** When it was begun, milliseconds since 1970. */
  created: number;
  /** Version of the software that wrote it. */
  version: string;
  /** Names of the streams, by name; one that is deleted while the backup is made has no frame. */
  streams: string[];
}

/** A stream; the body of its frame is the snapshot of the engine, empty for a stream without points. */
export interface StreamFrame {
  kind: "stream";
  name: string;
  dims: number | null;
  /** As the engine names them, defaults left out. */
  parameters: Record<string, unknown>;
  created: number;
  creator: string | null;
  /** What the service knows of the stream besides, JSON: times of clusters, the sequence of events, and so on. */
  extra: string;
}

export interface End {
  kind: "end";
  /** Frames of streams. */
  streams: number;
}

export type Frame = { head: Contents | StreamFrame | End; body: Octets };

/** Why a file is refused; the message says where. */
export class BackupError extends Error {
  override readonly name = "BackupError";

  constructor(readonly code: "backup_damaged" | "backup_truncated" | "backup_foreign", message: string) {
    super(message);
  }
}

async function digestOf(octets: Octets): Promise<Octets> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
}

/** The file of these frames, a part at a time. */
export async function* writeFrames(frames: AsyncIterable<Frame>): AsyncGenerator<Octets> {
  const mark = joinOctets([MARK, new Uint8Array([BACKUP_VERSION, 0])]);
  yield mark;
  let digest = await digestOf(mark);
  for await (const { head, body } of frames) {
    const text = new TextEncoder().encode(JSON.stringify(head));
    if (text.byteLength > HEAD_BYTES_MAX || body.byteLength > BODY_BYTES_MAX) {
      throw new Error(`a frame of ${text.byteLength} and ${body.byteLength} octets is too large for a backup`);
    }
    const lengths = new Uint8Array(new Uint32Array([text.byteLength, body.byteLength]).buffer);
    const frame = joinOctets([digest, lengths, text, body]);
    digest = await digestOf(frame);
    yield frame.subarray(DIGEST_BYTES);
    yield digest;
  }
}

/**
 * The frames of a file, each checked before it is given; of the file one frame is held. Throws BackupError: backup_foreign
 * (no backup, or of a newer format), backup_damaged, backup_truncated.
 */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void> {
  const reader = new Reader(chunks);
  try {
    const mark = await reader.take(MARK_BYTES, "its mark");
    checkMark(mark);
    let digest = await digestOf(mark);
    for (let index = 0, streams = 0;; index++) {
      const frame = await readFrame(reader, digest, index);
      digest = frame.digest;
      checkOrder(frame, index, streams);
      yield frame;
      if (frame.head.kind === "end") break;
      if (frame.head.kind === "stream") streams++;
    }
    if (!await reader.isDone()) throw new BackupError("backup_damaged", "the backup goes on after its end");
  } finally {
    await reader.close();
  }
}

function checkMark(mark: Octets): void {
  if (MARK.some((octet, index) => octet !== mark[index])) {
    throw new BackupError("backup_foreign", "these octets are not a backup of streams");
  }
  const version = mark[MARK.length] + 256 * mark[MARK.length + 1];
  if (version === BACKUP_VERSION) return;
  throw new BackupError(
    "backup_foreign",
    `the backup has format version ${version}, this build reads ${BACKUP_VERSION}`,
  );
}

async function readFrame(reader: Reader, before: Octets, index: number): Promise<Frame & { digest: Octets }> {
  const where = `frame ${index}`;
  const lengths = await reader.take(LENGTHS_BYTES, where);
  const [headBytes, bodyBytes] = new Uint32Array(lengths.buffer);
  if (headBytes > HEAD_BYTES_MAX || bodyBytes > BODY_BYTES_MAX) {
    throw new BackupError("backup_damaged", `${where} says that it is larger than a frame may be`);
  }
  const content = await reader.take(headBytes + bodyBytes, where);
  const digest = await digestOf(joinOctets([before, lengths, content]));
  const said = await reader.take(DIGEST_BYTES, where);
  if (said.some((octet, at) => octet !== digest[at])) {
    throw new BackupError("backup_damaged", `${where} has another checksum than it says`);
  }
  return { head: readHead(content.subarray(0, headBytes), where), body: content.slice(headBytes), digest };
}

function readHead(octets: Octets, where: string): Frame["head"] {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets));
  } catch {
    throw new BackupError("backup_damaged", `the head of ${where} is not JSON`);
  }
}

function checkOrder({ head }: Frame, index: number, streams: number): void {
  const kinds = index === 0 ? ["contents"] : ["stream", "end"];
  if (!kinds.includes(head?.kind)) {
    throw new BackupError("backup_damaged", `frame ${index} is no ${kinds.join(" or ")}`);
  }
  if (head.kind === "end" && head.streams !== streams) {
    throw new BackupError("backup_damaged", `the backup says that it has ${head.streams} streams, it has ${streams}`);
  }
}

/** Octets as they are asked for, out of chunks as they come. */
class Reader {
  #iterator: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** A copy of the next octets. Throws BackupError backup_truncated, which says `where`. */
  async take(bytes: number, where: string): Promise<Octets> {
    const taken = new Uint8Array(bytes);
    for (let at = 0; at < bytes;) {
      if (this.#rest.byteLength === 0 && !await this.#more()) {
        throw new BackupError("backup_truncated", `the backup ends in ${where}`);
      }
      const part = this.#rest.subarray(0, bytes - at);
      taken.set(part, at);
      at += part.byteLength;
      this.#rest = this.#rest.subarray(part.byteLength);
    }
    return taken;
  }

  async isDone(): Promise<boolean> {
    return this.#rest.byteLength === 0 && !await this.#more();
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #more(): Promise<boolean> {
    for (let next = await this.#iterator.next(); !next.done; next = await this.#iterator.next()) {
      this.#rest = next.value;
      if (this.#rest.byteLength > 0) return true;
    }
    return false;
  }
}
