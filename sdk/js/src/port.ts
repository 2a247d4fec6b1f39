/** Workers as browsers, Deno and Bun have them, and Node's, which are asked in other words. */

/** One end of the talk between a page and its worker. */
export interface Port {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  onMessage(act: (data: unknown) => void): void;
  onError(act: (error: unknown) => void): void;
  terminate(): void;
}

/** What Node's worker and its parent's port have in common. */
interface NodePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on(name: string, act: (value: unknown) => void): void;
  terminate?(): void;
}

interface NodeThreads {
  Worker: new (url: URL) => NodePort;
  parentPort: NodePort;
}

/** Node has no Worker of the web's kind. */
export function nodeThreads(): NodeThreads | undefined {
  const { process, Worker } = globalThis as unknown as {
    process?: { getBuiltinModule(name: string): NodeThreads };
    Worker?: unknown;
  };
  // In Bun's and Deno's workers `postMessage` is there, in Node's it is not.
  if (Worker || "postMessage" in globalThis) return undefined;
  return process?.getBuiltinModule("node:worker_threads");
}

export function nodePort(port: NodePort): Port {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    onMessage: (act) => port.on("message", act),
    onError: (act) => port.on("error", act),
    terminate: () => port.terminate?.(),
  };
}

export function webPort(port: Worker): Port {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    onMessage: (act) => port.onmessage = ({ data }) => act(data),
    onError: (act) => {
      port.onerror = (event) => {
        event.preventDefault();
        act(event.message ?? "the worker could not be loaded");
      };
    },
    terminate: () => port.terminate(),
  };
}

/** The port of the worker that this runs in. */
export function threadPort(): Port {
  const threads = nodeThreads();
  return threads ? nodePort(threads.parentPort) : webPort(globalThis as unknown as Worker);
}
