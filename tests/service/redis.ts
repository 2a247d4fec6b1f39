/** A real Redis on a free port, begun and ended by the test that uses it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import process from "node:process";

/** Whether redis-server is installed. */
export const HAS_REDIS = spawnSync("redis-server", ["--version"]).status === 0;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when it takes connections. */
export async function startRedis(port: number): Promise<ChildProcess> {
  const child = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", "--save", ""], {
    cwd: tmpdir(),
    stdio: "ignore",
  });
  child.unref();
  await until(() => isOpen(port));
  return child;
}

/** Kills it, by its pid as Deno hangs in kill() of a child that was stopped; resolves when it takes no connections. */
export async function stop(child: ChildProcess, port: number): Promise<void> {
  process.kill(child.pid!, "SIGKILL");
  await until(async () => !await isOpen(port));
}

/** Resolves when the condition holds; rejects after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const began = Date.now(); Date.now() - began < 10_000;) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not within ten seconds: ${condition}`);
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
