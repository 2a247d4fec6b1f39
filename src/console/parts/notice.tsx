/** What the reader is told: what failed, and what was done. */
import type { ComponentChildren } from "preact";
import { explain } from "../words.ts";

/** An error where it happened; nothing without one. */
export function Failure({ error, children }: { error: unknown; children?: ComponentChildren }) {
  if (error === undefined) return null;
  return <p class="notice failure" role="alert">{explain(error)}{children && <>{" "}{children}</>}</p>;
}

/** Something that was done, told to those who do not see it as well. */
export function Done({ children }: { children: ComponentChildren }) {
  return <p class="done" role="status">{children}</p>;
}
