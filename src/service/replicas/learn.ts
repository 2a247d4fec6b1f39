/** What sockets and streams of lines do with a stream, piece by piece, wherever the stream is. */
import { algorithmStatus } from "../api/algorithm_status.ts";
import type { ApiParts } from "../api/parts.ts";
import type { Batch } from "../api/points.ts";
import { results } from "../api/reply.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import type { Stream } from "../streams/stream.ts";
import type { Ways } from "./replicas.ts";

/** The dims of a stream as far as they are fixed, without its state where that is elsewhere. */
export async function dimsOf(stream: Stream, { replicas, streams }: ApiParts): Promise<number | undefined> {
  if (!replicas) return (stream.loaded ?? await stream.state()).dims;
  return stream.loaded?.dims ?? (await streams.parts.store.stream(stream.name))?.dims ?? undefined;
}

/** Learns rows; a result for each. */
export async function learnRows(
  exchange: Exchange,
  stream: Stream,
  { points, dims, rows }: Batch,
  layers: boolean,
  parts: ApiParts,
): Promise<unknown[]> {
  return await at(exchange, stream, parts, {
    here: async () => results(rows!, await stream.learn(points, dims, { layers })),
    there: async (ask) => {
      const target = `${pathOf(stream)}/process_points${layers ? "?include=layers" : ""}`;
      const headers = { "content-type": "application/json" };
      const answer = await ask({ method: "POST", target, headers, body: JSON.stringify({ points: rows }) });
      return await (await orRefuse(answer)).json();
    },
    mayRepeat: false,
  });
}

/** Learns points that came as octets; an id for each. */
export async function learnOctets(
  exchange: Exchange,
  stream: Stream,
  octets: ArrayBuffer,
  { points, dims }: Batch,
  parts: ApiParts,
): Promise<number[]> {
  return await at(exchange, stream, parts, {
    here: async () => Array.from((await stream.learn(points, dims)).ids),
    there: async (ask) => {
      const target = `${pathOf(stream)}/process_points?dims=${dims}`;
      const headers = { "content-type": "application/octet-stream" };
      const answer = await orRefuse(await ask({ method: "POST", target, headers, body: octets }));
      return Array.from(new Int32Array(await answer.arrayBuffer()));
    },
    mayRepeat: false,
  });
}

/** As GET algorithm_status answers. */
export async function statusOf(exchange: Exchange, stream: Stream, parts: ApiParts): Promise<object> {
  return await at(exchange, stream, parts, {
    here: () => algorithmStatus(stream, parts),
    there: async (ask) => {
      const answer = await ask({ method: "GET", target: `${pathOf(stream)}/algorithm_status`, headers: {} });
      return await (await orRefuse(answer)).json();
    },
    mayRepeat: true,
  });
}

async function at<T>(exchange: Exchange, stream: Stream, { replicas }: ApiParts, ways: Ways<T>): Promise<T> {
  return replicas ? await replicas.at(exchange, stream.name, ways) : await ways.here();
}

const pathOf = ({ name }: Stream) => `/api/v1/streams/${name}`;

/** The problem that another replica answered with is this one's. */
async function orRefuse(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const { code, detail, errors } = await answer.json();
  const retry = answer.headers.get("retry-after");
  throw new Problem(code, detail, errors, retry === null ? undefined : { "retry-after": retry });
}
