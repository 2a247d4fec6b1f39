/** What is served, as data: routing, access, checks of the query and the API's description all read the same rows. */
import type { z } from "zod";
import type { Exchange, RouteFacts } from "./exchange.ts";
import type { ProblemCode } from "./problem.ts";

/** A body by media type. */
export type Content = Readonly<Record<string, z.ZodType>>;

/** An answer that is not a problem. */
export interface Answer {
  description: string;
  content?: Content;
}

export interface Route extends RouteFacts {
  tag: "points" | "streams" | "views" | "live" | "accounts" | "operation" | "service";
  summary: string;
  description?: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Heads of the request that matter. */
  head?: z.ZodObject;
  body?: Content;
  /** By status. */
  answers: Readonly<Record<number, Answer>>;
  /** Problems beside those that every route may answer. */
  problems?: readonly ProblemCode[];
  handle(exchange: Exchange): Response | Promise<Response>;
}

/** The same route for the stream `default` and for a stream that the path names. */
export function forStreams(route: Route, params: z.ZodObject): Route[] {
  const named = route.path.replace("/api/v1/", "/api/v1/streams/{name}/");
  const problems = [...route.problems ?? [], "stream_not_found"] as const;
  return [{ ...route, isOfStream: true }, { ...route, isOfStream: true, path: named, params, problems }];
}
