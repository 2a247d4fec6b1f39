/** Named streams: list, make, look at, set parameters of, delete. */
import type { z } from "zod";
import { mayTouch } from "../auth/principal.ts";
import { isoTime } from "../clock.ts";
import { readSmall } from "../http/small.ts";
import { Problem, streamNotFound } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import { NewStream, StreamChange, StreamList, StreamPath, StreamView } from "../schema/streams.ts";
import type { StoredStream } from "../../store/mod.ts";
import { StreamState } from "../streams/state.ts";
import type { ApiParts } from "./parts.ts";
import { optionsOf, parametersOf } from "./parameters.ts";
import { WRITE_PROBLEMS } from "./process_points.ts";

const JSON_TYPE = "application/json";
const BODY_PROBLEMS = [
  "invalid_json",
  "unreadable_body",
  "request_timeout",
  "body_too_large",
  "unsupported_media_type",
  "invalid_body",
] as const;

export function streamsRoutes(parts: ApiParts): Route[] {
  const { streams } = parts;
  const one = {
    path: "/api/v1/streams/{name}",
    tag: "streams",
    params: StreamPath,
    isOfStream: true,
    needsState: true,
  } as const;
  return [
    {
      method: "GET",
      path: "/api/v1/streams",
      access: "read",
      tag: "streams",
      summary: "The streams that the caller may touch",
      answers: { 200: { description: "The streams", content: { [JSON_TYPE]: StreamList } } },
      problems: ["storage_unavailable"],
      async handle(exchange) {
        const all = await streams.list();
        const own = all.filter(({ name }) => mayTouch(exchange.principal!, name));
        return exchange.json({
          streams: own.map(({ name, dims, parameters, created }) => (
            { name, dims, created_at: isoTime(created), parameters: parametersOf(parameters) }
          )),
        });
      },
    },
    {
      method: "POST",
      path: "/api/v1/streams",
      access: "write",
      tag: "streams",
      summary: "Make a stream",
      body: { [JSON_TYPE]: NewStream },
      answers: { 201: { description: "It is made", content: { [JSON_TYPE]: StreamView } } },
      audit: "stream.create",
      problems: [
        ...BODY_PROBLEMS,
        "forbidden",
        "stream_exists",
        "too_many_streams",
        "too_many_own_streams",
        "overloaded",
        "storage_unavailable",
      ],
      async handle(exchange) {
        const { name, dims, parameters } = await readSmall(exchange.request, NewStream, parts.limits);
        exchange.audited.target = name;
        if (!mayTouch(exchange.principal!, name)) {
          throw new Problem(
            "forbidden",
            `${exchange.principal!.name} may not touch the stream ${JSON.stringify(name)}`,
          );
        }
        const options = optionsOf(parameters ?? {});
        if (!(await streams.create(name, dims ?? null, options, exchange.principal!.id))) {
          throw new Problem("stream_exists", `there is a stream ${JSON.stringify(name)} already`);
        }
        return exchange.json(await describeNew(parts, name), 201, { location: `/api/v1/streams/${name}` });
      },
    },
    {
      ...one,
      method: "GET",
      access: "read",
      summary: "A stream: its dims, parameters and points",
      answers: { 200: { description: "The stream", content: { [JSON_TYPE]: StreamView } } },
      problems: ["stream_not_found", "storage_unavailable"],
      handle: async (exchange) => exchange.json(await describeStream(parts, exchange.streamName)),
    },
    {
      ...one,
      method: "PATCH",
      access: "write",
      audit: "stream.configure",
      summary: "Set parameters of a stream from its next point on",
      body: { [JSON_TYPE]: StreamChange },
      answers: { 200: { description: "They are set", content: { [JSON_TYPE]: StreamView } } },
      problems: [...BODY_PROBLEMS, "stream_not_found", "invalid_option", ...WRITE_PROBLEMS],
      async handle(exchange) {
        const { parameters } = await readSmall(exchange.request, StreamChange, parts.limits);
        await (await streams.get(exchange.streamName)).configure(optionsOf(parameters));
        return exchange.json(await describeStream(parts, exchange.streamName));
      },
    },
    {
      ...one,
      method: "DELETE",
      access: "admin",
      audit: "stream.delete",
      summary: "Delete a stream with everything that was learned",
      answers: { 204: { description: "It is gone" } },
      problems: ["stream_not_found", "storage_unavailable"],
      async handle(exchange) {
        await streams.delete(exchange.streamName);
        parts.replicas?.ownership.noteDeleted(exchange.streamName);
        return exchange.nothing();
      },
    },
  ];
}

async function describeStream({ streams }: ApiParts, name: string): Promise<z.infer<typeof StreamView>> {
  const state = await (await streams.get(name)).state();
  const stored = await streams.parts.store.stream(name);
  if (!stored) throw streamNotFound(name);
  return describeState(stored, state);
}

/** A stream that was made just now: its state is not loaded, for that may be another replica's to do. */
async function describeNew({ kernel, streams }: ApiParts, name: string): Promise<z.infer<typeof StreamView>> {
  const stream = await streams.parts.store.stream(name);
  if (!stream) throw streamNotFound(name);
  return describeState(stream, StreamState.read(kernel, { stream, snapshot: undefined, entries: [] }));
}

/** A stream as it is now. */
export function describeState({ name, created }: StoredStream, state: StreamState): z.infer<typeof StreamView> {
  const status = state.engine?.status();
  return {
    name,
    dims: state.dims ?? null,
    created_at: isoTime(created),
    parameters: parametersOf(state.options),
    total_points_processed: status?.points ?? 0,
    num_active_clusters: status?.clusters ?? 0,
  };
}
