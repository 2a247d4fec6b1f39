/** Waiting for what another process does, and the ports that processes get. */
import { connect, createServer } from "node:net";

/** Resolves when the condition holds; rejects after `time_ms`, with what was waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string = condition.toString(),
  time_ms = 10_000,
): Promise<void> {
  for (const began = Date.now(); Date.now() - began < time_ms;) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not within ${time_ms / 1000} seconds: ${what}`);
}

/**
 * A free port of the loopback interface, below those that systems give to outgoing connections: else one of these may take
 * the port while its process is away, and a client that tries again and again could even connect to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Whether a port of the loopback interface takes connections. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Whether a GET is answered by 200 within two seconds. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
