/** One WebSocket after the other: the next is opened when the last is lost and there is something to send. */
import { AuthenticationError, ConnectionError, NeuroClusterError } from "./errors.ts";
import { sleep, waitBefore_ms } from "./retry.ts";

export interface LinkParts {
  /** Makes a WebSocket that is connecting, with the credentials of now. */
  create(): WebSocket;
  onText(text: string): void;
  /** The connection that was open is so no more. */
  onLost(error: NeuroClusterError): void;
  /** Asks the server over HTTP why it may have refused: a WebSocket does not say. Throws where trying again is no use. */
  probe(): Promise<void>;
  /** Tries after one that failed: before the first connection, and in a row after it. */
  retries: number;
  reconnects: number;
  signal?: AbortSignal;
}

/** Close codes that say who asks is not let in: policy, and what services number like HTTP statuses. */
const REFUSED = [1008, 4401, 4403];

const CLOSE_MS = 5_000;

export class Link {
  readonly #parts: LinkParts;
  #socket: Promise<WebSocket> | undefined;
  #wasOpen = false;
  #isClosed = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** The open WebSocket. Throws ConnectionError, AuthenticationError; the signal's reason once it says stop. */
  ready(): Promise<WebSocket> {
    const opening = this.#socket ??= this.#open();
    opening.catch(() => this.#socket = undefined);
    return opening;
  }

  /** Ends the connection in good order; there is no other after it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const socket = await this.#socket?.catch(() => undefined);
    if (!socket) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_MS);
      socket.addEventListener("close", () => resolve(clearTimeout(timer)));
      socket.close(1000);
    });
  }

  async #open(): Promise<WebSocket> {
    const { retries, reconnects, signal, probe } = this.#parts, most = this.#wasOpen ? reconnects : retries;
    for (let failures = 0;; failures++) {
      signal?.throwIfAborted();
      if (this.#isClosed) throw new ConnectionError("the socket was closed", { code: "closed" });
      try {
        return await this.#openOnce();
      } catch (error) {
        signal?.throwIfAborted();
        await probe();
        if (failures >= most) throw error;
        await sleep(waitBefore_ms(failures), signal);
      }
    }
  }

  #openOnce(): Promise<WebSocket> {
    const socket = this.#parts.create(), { signal, onText, onLost } = this.#parts, leave = () => socket.close();
    signal?.addEventListener("abort", leave, { once: true });
    return new Promise((resolve, reject) => {
      let isOpen = false;
      socket.onopen = () => {
        isOpen = this.#wasOpen = true;
        resolve(socket);
      };
      socket.onmessage = ({ data }) => onText(data);
      socket.onclose = (event) => {
        signal?.removeEventListener("abort", leave);
        const error = closeError(event);
        if (!isOpen) return reject(error);
        this.#socket = undefined;
        onLost(error);
      };
      // A close follows, which says as much.
      socket.onerror = () => {};
    });
  }
}

function closeError({ code, reason }: CloseEvent): NeuroClusterError {
  const kind = REFUSED.includes(code) ? AuthenticationError : ConnectionError;
  return new kind(`the WebSocket was closed: ${reason || code}`, { code: `closed_${code}` });
}
