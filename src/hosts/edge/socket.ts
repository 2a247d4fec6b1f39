/** WebSockets of workerd. */
import type { SocketHandlers } from "../../service/mod.ts";

/** One end of a pair; the other goes to the peer with the answer. */
interface End extends WebSocket {
  accept(): void;
}
declare const WebSocketPair: new () => { 0: End; 1: End };

/** An open socket keeps its object in memory: what is answered next is known there alone. */
export function upgrade(_request: Request, handlers: SocketHandlers): Response {
  const { 0: theirs, 1: ours } = new WebSocketPair();
  ours.binaryType = "arraybuffer";
  ours.addEventListener("message", ({ data }) => handlers.received(data));
  ours.addEventListener("close", () => handlers.closed());
  ours.addEventListener("error", () => handlers.closed());
  ours.accept();
  handlers.opened({
    send(text) {
      if (ours.readyState === WebSocket.OPEN) ours.send(text);
    },
    close: (code, reason) => ours.close(code, reason),
    // Not told here: a peer that does not read is ended by the host, at 128 MB of the object at the latest.
    buffered: () => 0,
  });
  return new Response(null, { status: 101, webSocket: theirs } as ResponseInit);
}
