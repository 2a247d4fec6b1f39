/** The worker: hands each request to the object that it is about. It knows no accounts and keeps nothing. */
import { type Bindings, configOf, directoryStub } from "./configuration.ts";
import { logError } from "./service.ts";
import { streamOf } from "./target.ts";
import type { Stub } from "./workerd.d.ts";

export { DirectoryObject, StreamObject } from "./objects.ts";

let isConfigured = false;

export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    if (!isConfigured && !checkConfiguration(env)) return notConfigured();
    return await (await stubOf(request, env)).fetch(request);
  },
};

async function stubOf(request: Request, env: Bindings): Promise<Stub> {
  const name = await streamOf(request);
  return name === undefined ? directoryStub(env) : env.STREAMS.get(env.STREAMS.idFromName(name));
}

function checkConfiguration(env: Bindings): boolean {
  try {
    configOf(env);
    isConfigured = true;
  } catch (error) {
    logError("the configuration does not hold")(error);
  }
  return isConfigured;
}

function notConfigured(): Response {
  const detail = "the worker is not configured; its log has the reason";
  const body = JSON.stringify({ type: "about:blank", title: "Internal error", status: 500, detail, code: "internal" });
  return new Response(body, { status: 500, headers: { "content-type": "application/problem+json" } });
}
