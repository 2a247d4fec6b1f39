/** Server-sent events over fetch, which unlike EventSource can say who asks. */
import { ConnectionError, NeuroClusterError, ProcessingError } from "./errors.ts";
import { isWorthRetrying, sleep, waitBefore_ms } from "./retry.ts";
import type { Transport } from "./transport.ts";
import type { EventOptions, StreamEvent } from "./types.ts";

export interface FollowOptions extends EventOptions {
  /** Tries in a row to connect again before it throws. Default 20. */
  reconnects?: number;
  /** Milliseconds without a sign of life after which the connection counts as lost. Default 60,000. */
  idle_ms?: number;
}

interface Message {
  id?: string;
  data: string;
}

/** Characters of a line: a server that sends more is none of ours. */
const LINE_MAX = 2 ** 20;

/** Events as they come; wherever the connection is lost, on from the last one that came. */
export async function* events(transport: Transport, path: string, options: FollowOptions): AsyncGenerator<StreamEvent> {
  const { signal, reconnects = 20 } = options;
  let last = options.after?.toString();
  for (let failures = 0;; failures++) {
    let lost: unknown;
    try {
      for await (const message of open(transport, path, last, options)) {
        failures = 0;
        last = message.id ?? last;
        if (message.data) yield JSON.parse(message.data);
      }
    } catch (error) {
      lost = error instanceof NeuroClusterError ? error : new ConnectionError(`${error}`, { code: "connection" });
      if (!isWorthRetrying(lost)) throw lost;
    }
    signal?.throwIfAborted();
    if (failures >= reconnects) throw lost ?? new ConnectionError(`${path}: no event came`, { code: "connection" });
    await sleep(waitBefore_ms(failures, lost), signal);
  }
}

async function* open(transport: Transport, path: string, last: string | undefined, options: FollowOptions) {
  const { signal, timeout_ms, idle_ms = 60_000 } = options;
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (last !== undefined) headers["last-event-id"] = last;
  const reader = await transport.send(
    { method: "GET", path, headers, signal, timeout_ms, retries: 0 },
    (response) => response.body!.getReader(),
  );
  yield* messagesOf(linesOf(reader, idle_ms, signal));
}

/** Lines of a body, until it ends, nothing comes for too long, or the signal says so. */
async function* linesOf(reader: ReadableStreamDefaultReader<Uint8Array>, idle_ms: number, signal?: AbortSignal) {
  const decoder = new TextDecoder(), leave = () => void reader.cancel().catch(() => {});
  let timer: ReturnType<typeof setTimeout> | undefined, rest = "";
  signal?.addEventListener("abort", leave);
  try {
    while (!signal?.aborted) {
      timer = setTimeout(leave, idle_ms);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) return;
      // A carriage return at the end may be half of a line's end.
      const lines: string[] = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!\n|$)/);
      rest = lines.pop()!;
      if (rest.length > LINE_MAX) throw new ProcessingError("an event has no end", { code: "invalid_answer" });
      yield* lines;
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
    leave();
  }
}

/** Lines as messages: an empty one ends a message, a colon begins a comment. */
async function* messagesOf(lines: AsyncIterable<string>): AsyncGenerator<Message> {
  let message: Message = { data: "" };
  for await (const line of lines) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line)!;
    if (line === "") {
      yield message;
      message = { data: "" };
    } else if (field === "data") message.data += (message.data && "\n") + value;
    else if (field === "id") message.id = value;
  }
}
