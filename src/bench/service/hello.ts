/** What the service is measured against: plain Hono with one route, on the same runtime. */
import { Hono } from "hono";

/** What of the runtimes is used here. */
interface Runtime {
  Deno?: {
    serve(options: { port: number; hostname: string; onListen(address: { port: number }): void }, app: Fetch): void;
  };
  Bun?: { serve(options: { port: number; hostname: string; fetch: Fetch }): { port: number } };
}

type Fetch = (request: Request) => Response | Promise<Response>;

const app = new Hono();
app.get("/", (c) => c.json({ message: "hello" }));

const { Deno: deno, Bun: bun } = globalThis as Runtime;
const say = (port: number) => console.log(JSON.stringify({ message: "listening", port }));
const fetch: Fetch = (request) => app.fetch(request);
if (deno) deno.serve({ port: 0, hostname: "127.0.0.1", onListen: ({ port }) => say(port) }, fetch);
else say(bun!.serve({ port: 0, hostname: "127.0.0.1", fetch }).port);
