/** The server's half of a WebSocket (RFC 6455) over a raw socket, as much as scripted tests need: whole frames below 64 kB. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 1, CLOSE = 8;

export interface Peer {
  /** Sends a value as JSON. */
  say(value: unknown): void;
  /** Sends a close frame, and ends. */
  close(code: number): void;
  /** Ends the connection without a word. */
  drop(): void;
}

/** Takes the upgrade; every message goes to `onMessage`, text as a string and octets as they are. */
export function accept(
  request: IncomingMessage,
  socket: Socket,
  onMessage: (data: string | Uint8Array, peer: Peer) => void,
) {
  const key = createHash("sha1").update(request.headers["sec-websocket-key"] + GUID).digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  const peer: Peer = {
    say: (value) => socket.write(frame(TEXT, new TextEncoder().encode(JSON.stringify(value)))),
    close: (code) => socket.end(frame(CLOSE, new Uint8Array([code >> 8, code & 255]))),
    drop: () => socket.destroy(),
  };
  let rest = new Uint8Array(0);
  socket.on("error", () => {});
  socket.on("data", (chunk: Uint8Array) => {
    rest = new Uint8Array([...rest, ...chunk]);
    for (let next = unframe(rest); next; next = unframe(rest)) {
      rest = rest.slice(next.bytes);
      if (next.kind === CLOSE) peer.close(1000);
      else onMessage(next.kind === TEXT ? new TextDecoder().decode(next.body) : next.body, peer);
    }
  });
}

function frame(kind: number, body: Uint8Array): Uint8Array {
  const head = body.length < 126 ? [body.length] : [126, body.length >> 8, body.length & 255];
  return new Uint8Array([128 | kind, ...head, ...body]);
}

/** The first frame of the octets, unmasked; undefined where it is not whole. */
function unframe(octets: Uint8Array): { kind: number; body: Uint8Array; bytes: number } | undefined {
  const isLong = (octets[1] & 127) === 126, mask = isLong ? 4 : 2, start = mask + 4;
  const length = isLong ? octets[2] << 8 | octets[3] : octets[1] & 127;
  if (octets.length < 6 || octets.length < start + length) return undefined;
  const body = octets.slice(start, start + length).map((octet, at) => octet ^ octets[mask + at % 4]);
  return { kind: octets[0] & 15, body, bytes: start + length };
}
