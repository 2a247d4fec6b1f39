/** Writes the dashboards: `deno task build:dashboards`. A test holds the files to the boards. */
import { mkdirSync, writeFileSync } from "node:fs";
import { OVERVIEW } from "./boards/overview.ts";
import { SECURITY } from "./boards/security.ts";
import { STREAMS } from "./boards/streams.ts";
import type { Board } from "./panels.ts";
import { render } from "./render.ts";

/** By the name of the file. */
export const BOARDS: Record<string, Board> = { overview: OVERVIEW, streams: STREAMS, security: SECURITY };

export const FOLDER = new URL("dashboards/", import.meta.url);

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, board] of Object.entries(BOARDS)) writeFileSync(new URL(`${name}.json`, FOLDER), render(board));
}
