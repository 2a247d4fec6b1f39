/** Sign-ins: begun by a password, gone on with by refresh tokens that hold once, ended by signing out. */
import type { StoredUser } from "../../store/mod.ts";
import type { Revocations } from "./revocations.ts";
import { randomText } from "./secrets.ts";
import { invalidToken, type Tokens } from "./tokens.ts";
import { stampOf, type Users } from "./users.ts";

/** As OAuth 2 answers (RFC 6749, 5.1). */
export interface Grant {
  access_token: string;
  refresh_token: string;
  token_type: "bearer";
  /** Seconds that the access token holds. */
  expires_in: number;
}

export class Sessions {
  constructor(readonly users: Users, readonly tokens: Tokens, readonly revocations: Revocations) {}

  begin(user: StoredUser): Promise<Grant> {
    return this.#grant(user, randomText(22));
  }

  /**
   * New tokens for a refresh token, which is then used up. One that was used before ends its session: a thief or the owner
   * has used it, and nobody can tell which. Rejects with Problem invalid_credentials, StorageError.
   */
  async refresh(token: string): Promise<Grant> {
    const { user: name, id, session, stamp, expires } = await this.tokens.verify(token, "refresh");
    const user = await this.users.user(name);
    if (!user || stamp !== await stampOf(user)) throw invalidToken("the user or the password is another now");
    if (!(await this.revocations.claim(id, expires))) {
      await this.end(session);
      throw invalidToken("the refresh token was used before, so its session is ended");
    }
    return await this.#grant(user, session);
  }

  /** Ends a session with all its tokens. Rejects with StorageError. */
  async end(session: string): Promise<void> {
    const { clock, config } = this.tokens;
    await this.revocations.revoke(session, clock.now() + config.refreshToken_ms);
  }

  async #grant(user: StoredUser, session: string): Promise<Grant> {
    const claims = { user: user.name, scopes: user.scopes, session, stamp: await stampOf(user) };
    const [access_token, refresh_token] = await Promise.all([
      this.tokens.issue("access", claims),
      this.tokens.issue("refresh", claims),
    ]);
    return { access_token, refresh_token, token_type: "bearer", expires_in: this.tokens.config.accessToken_ms / 1000 };
  }
}
