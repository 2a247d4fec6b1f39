/** What changed in a stream, the latest first. */
import type { StreamEvent } from "neurocluster";
import type { Followed } from "../flow/watch.ts";
import { colourOf } from "../map/colour.ts";
import { useIsDark } from "../preferences.ts";
import { explain, hour } from "../words.ts";

const SIGNS: Record<StreamEvent["type"], string> = {
  born: "+",
  died: "−",
  merged: "⤚",
  split: "⤙",
  moved: "→",
  drift: "≋",
};

/** Shown of the events that are kept. */
const SHOWN = 60;

export function Timeline({ events, error }: Followed) {
  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">What changed</h2>
      {error !== undefined && <p class="notice">Events cannot be followed: {explain(error)}</p>}
      {events.length === 0 && error === undefined && <p class="empty">Nothing has changed yet.</p>}
      {events.length > 0 && (
        <ol class="scroll" tabIndex={0} aria-labelledby="timeline-title">
          {events.slice(0, SHOWN).map((event) => <Event key={event.sequence} event={event} />)}
        </ol>
      )}
    </section>
  );
}

function Event({ event }: { event: StreamEvent }) {
  const isDark = useIsDark(), colour = event.cluster_id < 0 ? undefined : colourOf(event.cluster_id, isDark);
  return (
    <li>
      <i class="sign" style={{ color: colour }} aria-hidden="true">{SIGNS[event.type]}</i>
      <span>{say(event)}</span>
      <span class="faint">point {event.point.toLocaleString("en")}</span>
      <time dateTime={event.time}>{hour(event.time)}</time>
    </li>
  );
}

function say({ type, cluster_id, other_id }: StreamEvent): string {
  if (type === "drift") return "Drift: the stream has changed";
  if (type === "merged") return `Cluster ${cluster_id} merged into ${other_id}`;
  if (type === "split") return `Cluster ${cluster_id} split from ${other_id}`;
  return `Cluster ${cluster_id} ${type === "born" ? "was born" : type}`;
}
