/** Whether who asks may do what is asked. */
import { Problem } from "../http/problem.ts";
import { hasScope, mayTouch, type Principal, type Scope } from "./principal.ts";

/** Throws Problem forbidden. */
export function authorizeScope(principal: Principal, scope: Scope): void {
  if (hasScope(principal, scope)) return;
  throw new Problem("forbidden", `this needs the scope ${scope}; ${principal.name} has ${principal.scopes.join(", ")}`);
}

/** Throws Problem forbidden, the same whether the stream exists or not: others' names are nobody's business. */
export function authorizeStream(principal: Principal, stream: string): void {
  if (mayTouch(principal, stream)) return;
  throw new Problem("forbidden", `${principal.name} may not touch the stream ${JSON.stringify(stream)}`);
}

/** For what is of all streams at once. Throws Problem forbidden. */
export function authorizeAll(principal: Principal): void {
  if (principal.streams === null) return;
  throw new Problem("forbidden", `this needs all streams; ${principal.name} may touch ${principal.streams.join(", ")}`);
}
