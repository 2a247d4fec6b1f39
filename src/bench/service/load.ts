/**
 * The load of the service bench, a process of its own: keep-alive connections over raw sockets, each sending the same
 * request again as soon as it is answered, or all together at a set rate. Costs a fraction of what the server does, which
 * an HTTP client library would not. The load comes as JSON on standard input; answers counts and times as JSON.
 */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import process from "node:process";

export interface Load {
  port: number;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Body of every request, base64. */
  body: string;
  connections: number;
  seconds: number;
  /** Requests a second in all; left out: as many as are answered. */
  rate?: number;
}

export interface LoadResult {
  requests: number;
  failures: number;
  seconds: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
}

class Connection {
  failures = 0;
  #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #answered: (() => void) | undefined;

  constructor(port: number, readonly request: Buffer) {
    this.#socket = connect(port, "127.0.0.1").setNoDelay(true);
    this.#socket.on("data", (chunk) => this.#read(chunk as Buffer));
    this.#socket.on("error", () => this.#answer(false));
    this.#socket.on("close", () => this.#answer(false));
  }

  /** Sends the request; resolves when it is answered. */
  send(): Promise<void> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write(this.request);
    });
  }

  end(): void {
    this.#socket.removeAllListeners("close").destroy();
  }

  #read(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const end = this.#buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#buffer.subarray(0, end).toString("latin1");
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (this.#buffer.length < end + 4 + Number(length ?? 0)) return;
    this.#buffer = Buffer.alloc(0);
    this.#answer(head.startsWith("HTTP/1.1 2"));
  }

  #answer(isGood: boolean): void {
    if (!isGood) this.failures++;
    this.#answered?.();
    this.#answered = undefined;
  }
}

function requestOf({ port, method, path, headers, body }: Load): Buffer {
  const octets = Buffer.from(body, "base64");
  const all = { host: `127.0.0.1:${port}`, ...headers, ...(octets.length > 0 && { "content-length": octets.length }) };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n`), octets]);
}

async function run(load: Load): Promise<LoadResult> {
  const connections = Array.from({ length: load.connections }, () => new Connection(load.port, requestOf(load)));
  const times: number[] = [];
  const began = performance.now(), until = began + load.seconds * 1000;
  const gap_ms = load.rate ? load.connections / load.rate * 1000 : 0;
  await Promise.all(connections.map(async (connection, index) => {
    for (let next = began + index * gap_ms / load.connections; performance.now() < until; next += gap_ms) {
      if (gap_ms > 0) await sleepUntil(next);
      const sent = performance.now();
      await connection.send();
      times.push(performance.now() - sent);
      if (connection.failures > 0) break;
    }
  }));
  const seconds = (performance.now() - began) / 1000;
  const failures = connections.reduce((sum, connection) => sum + connection.failures, 0);
  connections.forEach((connection) => connection.end());
  times.sort((a, b) => a - b);
  const [p50_ms, p95_ms, p99_ms] = [0.5, 0.95, 0.99].map((share) => times[Math.floor(share * (times.length - 1))]);
  return { requests: times.length, failures, seconds, p50_ms, p95_ms, p99_ms };
}

function sleepUntil(time_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time_ms - performance.now())));
}

let input = "";
for await (const chunk of process.stdin) input += chunk;
console.log(JSON.stringify(await run(JSON.parse(input))));
