/** An authenticator that knows everybody until it is told otherwise. */
import type { Authenticator, Principal } from "../../src/service/auth/principal.ts";
import { Problem } from "../../src/service/http/problem.ts";

export class Switch implements Authenticator {
  holds = true;

  authenticate(): Principal {
    if (!this.holds) throw new Problem("invalid_credentials", "they hold no more");
    return { kind: "user", id: "user:someone", name: "someone", scopes: ["write"], streams: null };
  }
}
