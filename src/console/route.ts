/** Which page is shown: the part of the address behind the #, so that the server serves one page. */
import { useEffect, useState } from "preact/hooks";

export type Route = { page: "streams" | "keys" | "play" } | { page: "stream"; name: string };

export function readRoute(hash: string): Route {
  const [page, name] = hash.replace(/^#\/?/, "").split("/");
  if (page === "streams" && name) return { page: "stream", name: decoded(name) };
  return { page: page === "keys" || page === "play" ? page : "streams" };
}

/** An address that somebody broke is of a stream that does not exist, not of no page. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

export const pathOf = (name: string): string => `#/streams/${encodeURIComponent(name)}`;

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const change = () => setRoute(readRoute(location.hash));
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return route;
}
