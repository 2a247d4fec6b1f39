/** Who is signed in: the client, and its token for as long as the tab is open. */
import { AuthenticationError, NeuroClusterClient } from "neurocluster";
import { useEffect, useState } from "preact/hooks";

export interface Session {
  client: NeuroClusterClient;
  name: string;
}

const KEPT_AS = "ncs.session";
/** Addresses are relative to the page, which may be behind a prefix. */
const BASE = new URL(".", document.baseURI).href.replace(/\/$/, "");
/** A page shows that something failed sooner than it tries for long. */
const TRIES = { retries: 1, timeout_ms: 15_000 };

/** Keeps the token that the client renewed, so that the page may be loaded again after it. */
const keepingFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.ok && String(input).endsWith("/auth/refresh") && current) {
    keep((await response.clone().json()).access_token, current.name);
  }
  return response;
};

const clientOf = (token?: string) => new NeuroClusterClient({ baseUrl: BASE, token, fetch: keepingFetch, ...TRIES });

let current: Session | undefined = kept();
let reason: string | undefined;
const listeners = new Set<() => void>();

function kept(): Session | undefined {
  const { token, name } = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "{}");
  return token ? { client: clientOf(token), name } : undefined;
}

function keep(token: string, name: string): void {
  sessionStorage.setItem(KEPT_AS, JSON.stringify({ token, name }));
}

function set(session: Session | undefined, why?: string): void {
  current = session;
  reason = why;
  listeners.forEach((tell) => tell());
}

/** Throws as the client's login does. */
export async function signIn(name: string, password: string): Promise<void> {
  const client = clientOf();
  const { access_token } = await client.login(name, password);
  keep(access_token, name);
  set({ client, name });
}

/** Signs out here whatever the server says: nobody is to find the page open. */
export async function signOut(): Promise<void> {
  const leaving = current?.client;
  sessionStorage.removeItem(KEPT_AS);
  set(undefined);
  await leaving?.logout().catch(() => {});
}

/** Signs out where an error says that the session holds no more; answers whether it did. */
export function signedOut(error: unknown): boolean {
  if (!(error instanceof AuthenticationError) || error.status !== 401 || !current) return false;
  sessionStorage.removeItem(KEPT_AS);
  set(undefined, "Your session has ended. Please sign in again.");
  return true;
}

/** The session and, without one, why there is none any more. */
export function useSession(): { session?: Session; reason?: string } {
  const [, redraw] = useState({});
  useEffect(() => {
    const tell = () => redraw({});
    listeners.add(tell);
    return () => void listeners.delete(tell);
  }, []);
  return { session: current, reason };
}
