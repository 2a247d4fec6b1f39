/** Requests as octets on a socket, which fetch() would not send. */
import { connect, type Socket } from "node:net";

export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/**
 * Opens a connection, lets `send` write to it, and answers what came back when the server has closed it, or when its first
 * answer is whole.
 */
export function exchangeRaw(port: number, send: (socket: Socket) => void, time_ms = 60_000): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let octets = new Uint8Array(0);
    const socket = connect(port, "127.0.0.1", () => send(socket));
    const finish = () => {
      const answer = parse(octets);
      socket.destroy();
      if (answer) resolve(answer);
      else reject(new Error(`no answer: ${new TextDecoder().decode(octets.slice(0, 200))}`));
    };
    socket.on("data", (chunk: Uint8Array) => {
      const all = new Uint8Array(octets.length + chunk.length);
      all.set(octets);
      all.set(chunk, octets.length);
      octets = all;
      if (parse(octets)?.isWhole) finish();
    });
    socket.on("close", finish);
    // A server that has answered may close while the client still sends.
    socket.on("error", () => {});
    socket.setTimeout(time_ms, finish);
  });
}

/** Undefined before there is a whole head. */
function parse(octets: Uint8Array): RawAnswer & { isWhole: boolean } | undefined {
  const text = new TextDecoder().decode(octets);
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end), body = text.slice(end + 4);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? NaN);
  return {
    status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]),
    head,
    body,
    isWhole: new TextEncoder().encode(body).length >= length,
  };
}
