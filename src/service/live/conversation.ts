/**
 * One socket: messages are begun in the order in which they came, several are under way at once, so that the journal keeps
 * them in groups, and the answers go out in the same order.
 */
import { Problem } from "../http/problem.ts";
import { begin, refusal, type Reply, type Talk } from "./answer.ts";
import type { Live, Member, Ticket } from "./live.ts";
import { bytesOf, idOf } from "./message.ts";
import { CLOSE, type Socket, type SocketHandlers } from "./socket.ts";

/** A message without an answer yet. */
interface Place {
  /** Undefined once it is begun, or where it is refused. */
  data?: string | ArrayBuffer;
  /** Octets that it counts for. */
  bytes: number;
  reply?: Reply;
}

export class Conversation implements SocketHandlers, Member {
  readonly kind = "socket";
  /** In the order in which they came. */
  #places: Place[] = [];
  #toBegin: Place[] = [];
  #isBeginning = false;
  #underWay = 0;
  #bytes = 0;
  #malformed = 0;
  #isClosing = false;
  #socket: Socket | undefined;
  /** Settles when the message begun last is answered. */
  #latest: Promise<unknown> = Promise.resolve();
  #whenIdle: (() => void)[] = [];
  readonly #ended = Promise.withResolvers<void>();

  constructor(readonly ticket: Ticket, readonly talk: Talk, readonly live: Live) {}

  opened(socket: Socket): void {
    this.#socket = socket;
    if (this.#isClosing) this.#close(CLOSE.goingAway, "the server stops");
  }

  received(data: string | ArrayBuffer): void {
    if (this.#isClosing) return;
    const place: Place = { data, bytes: bytesOf(data) };
    if (this.#places.push(place) > this.live.parts.limits.unansweredMax) {
      return this.#close(CLOSE.tryAgain, "too many messages wait for their answers");
    }
    if (!this.#hasRoom(place.bytes)) return this.#refuse(place);
    this.#underWay++;
    this.#bytes += place.bytes;
    this.#toBegin.push(place);
    if (!this.#isBeginning) this.#beginAll();
  }

  closed(): void {
    this.#socket = undefined;
    this.#close(CLOSE.goingAway, "the client left");
    this.live.remove(this);
    this.#ended.resolve();
  }

  /** The host pings. */
  beat(): void {}

  expel(reason: string): void {
    this.#close(CLOSE.refused, reason);
  }

  async finish(): Promise<void> {
    this.#isClosing = true;
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    this.#close(CLOSE.goingAway, "the server stops");
    await this.live.within(this.#ended.promise);
  }

  #hasRoom(bytes: number): boolean {
    const { messagesMax, socketBytesMax } = this.live.parts.limits;
    return this.#underWay < messagesMax && this.#bytes + bytes <= socketBytesMax && this.live.takeBytes(bytes);
  }

  /** Refused unread, and answered in its turn. */
  #refuse(place: Place): void {
    const { messagesMax, socketBytesMax } = this.live.parts.limits;
    const detail =
      `at most ${messagesMax} messages and ${socketBytesMax} octets may be under way; this one was not learned`;
    place.reply = refusal(new Problem("overloaded", detail, undefined, { "retry-after": "1" }), idOf(place.data!));
    place.data = undefined;
    this.#sendReady();
  }

  async #beginAll(): Promise<void> {
    this.#isBeginning = true;
    for (let place = this.#toBegin.shift(); place; place = this.#toBegin.shift()) {
      const { data } = place;
      place.data = undefined;
      const { reply } = await begin(data!, this.talk, this.#latest);
      this.#latest = this.#finishPlace(place, reply);
    }
    this.#isBeginning = false;
  }

  async #finishPlace(place: Place, reply: Promise<Reply>): Promise<void> {
    place.reply = await reply;
    this.#sendReady();
    this.#leave(place);
  }

  #leave({ bytes }: Place): void {
    this.#underWay--;
    this.#bytes -= bytes;
    this.live.giveBytes(bytes);
    if (this.#underWay === 0) this.#whenIdle.splice(0).forEach((resolve) => resolve());
  }

  /** Sends the answers that have none before them to wait for. */
  #sendReady(): void {
    let ready = 0;
    while (ready < this.#places.length && this.#places[ready].reply) this.#send(this.#places[ready++].reply!);
    this.#places.splice(0, ready);
  }

  #send({ text, isMalformed }: Reply): void {
    if (!this.#socket) return;
    const { bufferedBytesMax, malformedMax } = this.live.parts.limits;
    if (this.#socket.buffered() > bufferedBytesMax) return this.#close(CLOSE.tryAgain, "the answers are not read");
    this.#socket.send(text);
    this.#malformed = isMalformed ? this.#malformed + 1 : 0;
    if (this.#malformed < malformedMax) return;
    this.#close(CLOSE.refused, `${malformedMax} messages in a row were malformed`);
  }

  /** What is under way goes on, unanswered; what is not begun is not learned. */
  #close(code: number, reason: string): void {
    this.#isClosing = true;
    this.#toBegin.splice(0).forEach((place) => this.#leave(place));
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(code, reason);
  }
}
