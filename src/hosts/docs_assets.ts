/** Swagger UI's files, as npm installed them. */
import { readFile } from "node:fs/promises";
import type { DocsAssets } from "../service/mod.ts";

const TYPES: Record<string, string> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

/** Reads a file that is listed; undefined for any other, and where the package is not installed. */
export const docsAssets: DocsAssets = async (name) => {
  const type = TYPES[name];
  if (type === undefined) return undefined;
  try {
    const body = await readFile(new URL(`../../node_modules/swagger-ui-dist/${name}`, import.meta.url));
    return { body: new Uint8Array(body), type };
  } catch {
    return undefined;
  }
};
