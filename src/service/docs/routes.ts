/** GET /openapi.json and GET /docs. */
import { z } from "zod";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import { answerTagged, tag, type Tagged } from "../http/tagged.ts";
import { field } from "../schema/field.ts";
import { openApiDocument } from "./openapi.ts";
import { type AssetName, ASSETS, PAGE, PAGE_POLICY, START } from "./page.ts";

/** A file of swagger-ui-dist, read by the host. */
export type DocsAssets = (name: string) => Promise<{ body: Uint8Array<ArrayBuffer>; type: string } | undefined>;

const OpenApi = z.looseObject({
  openapi: field(z.string(), "Version of OpenAPI", "3.1.0"),
}).meta({ id: "OpenApi", description: "An OpenAPI 3.1 document" });

const Page = z.string().meta({ id: "DocsPage", description: "A page", examples: ["<!doctype html>"] });
const Asset = z.string().meta({ id: "DocsAsset", description: "A file of the page", format: "binary" });

/** The routes of the description of all routes, their own included: `routes` answers them when they are known. */
export function docsRoutes(routes: () => readonly Route[], assets: DocsAssets | undefined): Route[] {
  /** Made once: it takes some 20 ms. */
  let made: Promise<Tagged> | undefined;
  const common = { method: "GET", access: "public", tag: "service" } as const;
  return [
    {
      ...common,
      path: "/openapi.json",
      summary: "This description",
      answers: {
        200: { description: "The description", content: { "application/json": OpenApi } },
        304: { description: "It is the one that if-none-match names" },
      },
      head: z.object({ "if-none-match": field(z.string().optional(), "The etag of the answer before", '"3f2a"') }),
      handle: async (exchange) => {
        made ??= tag(JSON.stringify(openApiDocument(routes())), "application/json");
        return answerTagged(exchange, await made, { "cache-control": "no-cache" });
      },
    },
    {
      ...common,
      path: "/docs",
      summary: "The interactive documentation",
      answers: { 200: { description: "The page", content: { "text/html": Page } } },
      problems: ["not_found"],
      handle: (exchange) => {
        if (!assets) throw missing();
        return exchange.answer(PAGE, "text/html; charset=utf-8", 200, { "content-security-policy": PAGE_POLICY });
      },
    },
    assetRoute(assets),
  ];
}

function assetRoute(assets: DocsAssets | undefined): Route {
  const read = new Map<string, ReturnType<DocsAssets>>();
  return {
    method: "GET",
    path: "/docs/{asset}",
    access: "public",
    tag: "service",
    summary: "Files of the interactive documentation",
    params: z.object({ asset: field(z.enum(ASSETS), "Name of the file", "swagger-ui.css") }),
    answers: {
      200: {
        description: "The file",
        content: { "text/css": Asset, "text/javascript": Asset, "image/png": Asset },
      },
    },
    problems: ["not_found"],
    async handle(exchange) {
      const name = exchange.params.asset as AssetName;
      if (!assets || !ASSETS.includes(name)) throw missing();
      if (name === "start.js") return answerAsset(exchange, START, "text/javascript");
      if (!read.has(name)) read.set(name, assets(name));
      const asset = await read.get(name);
      if (!asset) throw missing();
      return answerAsset(exchange, asset.body, asset.type);
    },
  };
}

function answerAsset(exchange: Exchange, body: BodyInit, type: string): Response {
  return exchange.answer(body, type, 200, { "cache-control": "public, max-age=3600" });
}

function missing(): Problem {
  return new Problem("not_found", "this is not here; /openapi.json describes the API");
}
