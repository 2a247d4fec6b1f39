/** What every host does: read the configuration, build the app, listen, stop when told to. Names no runtime itself. */
import {
  type App,
  ConfigError,
  createApp,
  createLog,
  helpText,
  readConfig,
  systemClock,
  type Upgrade,
  warningsOf,
} from "../service/mod.ts";
import type { Store } from "../store/mod.ts";
import { consoleAssets } from "./console_assets.ts";
import { docsAssets } from "./docs_assets.ts";
import { scryptHasher } from "./scrypt.ts";
import { VERSION } from "../version.ts";
import { openShared } from "./shared.ts";
import { openStore, type Storage } from "./storage.ts";
import { Tally } from "./tally.ts";

export type Fetch = (...request: Parameters<App["fetch"]>) => Promise<Response>;

/** A server that listens. */
export interface Listener {
  port: number;
  /** Takes no new connections; resolves when the requests under way are answered. */
  stop(): Promise<void>;
}

/** What a runtime must offer. */
export interface Host {
  args: readonly string[];
  env(name: string): string | undefined;
  readKernel(): Promise<BufferSource>;
  listen(fetch: Fetch, address: { port: number; host: string }): Listener;
  upgrade: Upgrade;
  /** Whether listening failed because another process has the port. */
  isPortTaken(error: unknown): boolean;
  onStopSignal(act: () => void): void;
  print(line: string): void;
  printError(line: string): void;
  exit(code: number): never;
  pid: number;
  /** Resident memory in bytes. */
  processBytes(): number;
  /** Processor time in seconds. */
  processSeconds(): number;
  /** Name and version of the runtime. */
  runtime: string;
}

/** Requests under way have this long to finish once the server is told to stop. */
const GRACE_MS = 10_000;

/** A replica takes requests for so long after it has handed its streams over: who sends them must notice first. */
const DRAIN_MS = 1000;

/** Exit codes: 2 for what the user wrote, 1 for what went wrong. */
export async function run(host: Host): Promise<void> {
  const config = configure(host);
  const log = createLog(host.print, systemClock);
  for (const warning of warningsOf(config)) log.warn(warning);
  const kernel = await compileKernel(host);
  const store = await open(host, config.storage);
  const shared = await openShared(config, log);
  const { processBytes, processSeconds, runtime, upgrade } = host;
  const passwords = scryptHasher();
  const app = createApp({
    kernel,
    config,
    clock: systemClock,
    log,
    store,
    passwords,
    shared,
    processBytes,
    processSeconds,
    runtime,
    docsAssets,
    upgrade,
    consoleAssets,
  });
  const tally = new Tally();
  const fetch: Fetch = async (request, connection) => {
    tally.begin();
    try {
      return await app.fetch(request, connection);
    } finally {
      tally.end();
    }
  };
  const listener = listen(host, fetch, config);
  const name = config.host.includes(":") ? `[${config.host}]` : config.host;
  log.info("listening", { url: `http://${name}:${listener.port}`, version: VERSION, pid: host.pid });
  const close = async () => {
    await app.close();
    shared?.close();
    await store.close();
  };
  let isStopping = false;
  host.onStopSignal(() => {
    // A terminal's Ctrl-C may arrive more than once.
    if (isStopping) return;
    isStopping = true;
    const leave = async () => {
      if (config.replicaUrl === undefined) return;
      await app.leave();
      await delay(DRAIN_MS);
    };
    stop(host, listener, tally, { leave, endLive: () => app.endLive(), close }, (message) => log.info(message));
  });
}

function configure(host: Host): ReturnType<typeof readConfig> {
  if (host.args.includes("--help")) {
    host.print(helpText(VERSION));
    host.exit(0);
  }
  if (host.args.length > 0) fail(host, `unknown argument ${host.args[0]}; --help lists what there is`, 2);
  try {
    return readConfig(host.env);
  } catch (error) {
    if (error instanceof ConfigError) fail(host, error.message, 2);
    throw error;
  }
}

async function compileKernel(host: Host): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await host.readKernel());
  } catch (error) {
    fail(host, `the kernel cannot be loaded; build it with the task "build" (${(error as Error).message})`, 1);
  }
}

async function open(host: Host, storage: Storage): Promise<Store> {
  try {
    return await openStore(storage);
  } catch (error) {
    fail(host, `the store cannot be opened: ${(error as Error).message}`, 1);
  }
}

function listen(host: Host, fetch: Fetch, address: { port: number; host: string }): Listener {
  try {
    return host.listen(fetch, address);
  } catch (error) {
    const where = `${address.host}:${address.port}`;
    if (host.isPortTaken(error)) fail(host, `port ${address.port} is taken; set PORT to another`, 1);
    fail(host, `cannot listen on ${where}: ${(error as Error).message}`, 1);
  }
}

function fail(host: Host, message: string, code: number): never {
  host.printError(message);
  host.exit(code);
}

interface Ending {
  /** Takes requests still, but keeps nothing that others could have. */
  leave(): Promise<void>;
  endLive(): Promise<void>;
  close(): Promise<void>;
}

const delay = (time_ms: number) => new Promise<void>((resolve) => setTimeout(resolve, time_ms));

/** Hands over and lets the requests under way finish, for GRACE_MS at most each. */
async function stop(
  host: Host,
  listener: Listener,
  tally: Tally,
  { leave, endLive, close }: Ending,
  info: (message: string) => void,
): Promise<void> {
  info("stopping");
  await Promise.race([leave(), delay(GRACE_MS)]);
  // Deno's shutdown ends the uploads under way, so they are waited for before.
  const finished = Promise.all([tally.settle(), endLive()])
    .then(() => listener.stop())
    .then(close)
    .then(() => true);
  const grace = delay(GRACE_MS).then(() => false);
  const isDone = await Promise.race([finished, grace]);
  info(isDone ? "stopped" : "stopped with requests under way");
  host.exit(isDone ? 0 : 1);
}
