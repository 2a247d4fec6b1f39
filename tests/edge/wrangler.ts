/** The deployment's configuration, so that what is tested is what is deployed. */
import { readFileSync } from "node:fs";

interface Wrangler {
  compatibility_date: string;
  compatibility_flags: string[];
  durable_objects: { bindings: { name: string; class_name: string }[] };
}

const text = readFileSync(new URL("../../src/hosts/edge/wrangler.jsonc", import.meta.url), "utf8");
const wrangler: Wrangler = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));

export const COMPATIBILITY = {
  compatibilityDate: wrangler.compatibility_date,
  compatibilityFlags: wrangler.compatibility_flags,
};

/** Class names of the objects, by binding. */
export const OBJECTS: Record<string, string> = Object.fromEntries(
  wrangler.durable_objects.bindings.map(({ name, class_name }) => [name, class_name]),
);
