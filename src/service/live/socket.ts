/** A WebSocket as the service sees it; the hosts make it of what their runtime has. */

export interface Socket {
  /** Never throws; what is sent after the end is lost. */
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Octets sent that the peer has not taken. */
  buffered(): number;
}

/** Told what happens to a socket. The host keeps a silent connection open while its peer answers pings, and ends it else. */
export interface SocketHandlers {
  opened(socket: Socket): void;
  received(data: string | ArrayBuffer): void;
  closed(): void;
}

/** Makes a socket of a request that has the heads of a WebSocket handshake. */
export type Upgrade = (request: Request, handlers: SocketHandlers) => Response;

/** Why a socket is closed (RFC 6455, 7.4.1). */
export const CLOSE = { goingAway: 1001, refused: 1008, tryAgain: 1013 } as const;
