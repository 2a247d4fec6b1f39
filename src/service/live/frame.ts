/** Events as clients see them: in a page, and as frames of an event stream (WHATWG HTML, 9.2). */
import type { z } from "zod";
import type { StoredEvent } from "../../store/mod.ts";
import { isoTime } from "../clock.ts";
import type { EventView } from "../schema/streams.ts";

export function viewOf({ sequence, type, point, id, other, time }: StoredEvent): z.infer<typeof EventView> {
  return { sequence, type, point, cluster_id: id, other_id: other < 0 ? null : other, time: isoTime(time) };
}

export function frameOf(event: StoredEvent): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(viewOf(event))}\n\n`;
}

/** Sets the client's Last-Event-ID and its pause before it connects again; is no event. */
export function openingFrame(sequence: number): string {
  return `retry: 2000\nid: ${sequence}\n\n`;
}

/** A comment. */
export const HEARTBEAT = ":\n\n";
