/** GET / and its files: the console, a page that uses this API as any client does. */
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import { answerTagged, tag, type Tagged } from "../http/tagged.ts";
import { field } from "../schema/field.ts";

/** A file of the built console, read by the host; undefined where there is none of the name. */
export type ConsoleAssets = (name: string) => Promise<{ body: Uint8Array<ArrayBuffer>; type: string } | undefined>;

/**
 * All comes from this server; WebAssembly may be compiled, text may not be run. The files carry it as well: a worker obeys
 * the policy of its own script.
 */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Names hold a hash of what is in the file, so a file never changes. */
const FOR_EVER = "public, max-age=31536000, immutable";

const PAGE = "index.html";
const ASSET_NAME = /^[a-z]+-[A-Za-z0-9]{8}\.(?:js|css|wasm|svg)$/;

const Page = z.string().meta({ id: "ConsolePage", description: "A page", examples: ["<!doctype html>"] });
const Asset = z.string().meta({ id: "ConsoleAsset", description: "A file of the page", format: "binary" });
const IfNoneMatch = z.object({
  "if-none-match": field(z.string().optional(), "The etag of the answer before", '"3f2a"'),
});

export function consoleRoutes(assets: ConsoleAssets | undefined): Route[] {
  const find = createFinder(assets);
  const common = { method: "GET", access: "public", tag: "service", head: IfNoneMatch } as const;
  const unchanged = { description: "It is the one that if-none-match names" };
  return [
    {
      ...common,
      path: "/",
      summary: "The console",
      answers: { 200: { description: "The page", content: { "text/html": Page } }, 304: unchanged },
      problems: ["not_found"],
      handle: async (exchange) =>
        answerTagged(exchange, await find(PAGE), { "cache-control": "no-cache", "content-security-policy": POLICY }),
    },
    {
      ...common,
      path: "/console/{asset}",
      summary: "Files of the console",
      params: z.object({
        asset: field(z.string().regex(ASSET_NAME, "is no file of the console"), "Name of the file", "main-ABCDEFGH.js"),
      }),
      answers: {
        200: {
          description: "The file",
          content: { "text/css": Asset, "text/javascript": Asset, "application/wasm": Asset, "image/svg+xml": Asset },
        },
        304: unchanged,
      },
      problems: ["not_found"],
      async handle(exchange) {
        const { asset } = exchange.params;
        if (!ASSET_NAME.test(asset)) throw missing();
        return answerTagged(exchange, await find(asset), {
          "cache-control": FOR_EVER,
          "content-security-policy": POLICY,
        });
      },
    },
  ];
}

/** Reads a file once. Throws Problem not_found. */
function createFinder(assets: ConsoleAssets | undefined): (name: string) => Promise<Tagged> {
  const found = new Map<string, Tagged>();
  return async (name) => {
    const known = found.get(name);
    if (known) return known;
    const asset = await assets?.(name);
    if (!asset) throw missing();
    const tagged = await tag(asset.body, asset.type);
    found.set(name, tagged);
    return tagged;
  };
}

function missing(): Problem {
  return new Problem(
    "not_found",
    "this is not here; the task build:console builds the console, /docs describes the API",
  );
}
