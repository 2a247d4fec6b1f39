/** The promise over sockets: every message is answered, in order, as quickly as a request. */
import { check } from "k6";
import { WebSocket } from "k6/experimental/websockets";
import type { Options } from "k6/options";
import { clearInterval, setInterval, setTimeout } from "k6/timers";
import { summarize } from "../report/summary.ts";
import { note } from "./lib/metrics.ts";
import { DIMS, lists } from "./lib/points.ts";
import type { Session } from "./lib/session.ts";
import { BASE, KEY, lasts, summaryTrendStats, systemTags, thresholds } from "./lib/settings.ts";
export { setup, teardown } from "./lib/session.ts";

const SOCKETS = 8, MESSAGES_PER_SECOND = 50, POINTS = 20;
/** What is sent last has so long to be answered. */
const LAST_ANSWER_SECONDS = 5;
const seconds = lasts("websocket");
const LISTS = lists(50, POINTS);

export const options: Options = {
  summaryTrendStats,
  systemTags,
  scenarios: {
    websocket: {
      executor: "per-vu-iterations",
      vus: SOCKETS,
      iterations: 1,
      maxDuration: `${seconds + 2 * LAST_ANSWER_SECONDS}s`,
    },
  },
  thresholds: thresholds({ points: [`count>=${6300 * seconds}`], answer_ms: ["p(95)<10"] }),
};

interface Reply {
  type: string;
  id: number;
  results?: unknown[];
}

export default function ({ stream }: Session): void {
  const query = `stream=${stream}&dims=${DIMS}&api_key=${encodeURIComponent(KEY)}`;
  const socket = new WebSocket(`${BASE.replace(/^http/, "ws")}/ws/stream?${query}`);
  /** When each message was sent that has no answer yet, the eldest first. */
  const sent: { id: number; time_ms: number }[] = [];
  let next = 0, isOver = false;
  const send = () => {
    sent.push({ id: next, time_ms: Date.now() });
    socket.send(`{"type":"batch","id":${next},"points":${LISTS[next++ % LISTS.length]}}`);
  };
  const end = () => {
    sent.splice(0).forEach(() => note(LAST_ANSWER_SECONDS * 1000, false, POINTS));
    socket.close();
  };
  socket.onopen = () => {
    const timer = setInterval(send, 1000 / MESSAGES_PER_SECOND);
    setTimeout(() => {
      clearInterval(timer);
      isOver = true;
      if (sent.length === 0) end();
      else setTimeout(end, LAST_ANSWER_SECONDS * 1000);
    }, seconds * 1000);
  };
  socket.onmessage = (event) => {
    const reply: Reply = JSON.parse(event!.data as string), asked = sent.shift();
    note(Date.now() - (asked?.time_ms ?? 0), reply.type === "cluster_update", POINTS);
    check(reply, {
      "answers come in order": ({ id }) => id === asked?.id,
      "each point has a label": ({ results }) => results?.length === POINTS,
    });
    if (isOver && sent.length === 0) socket.close();
  };
  socket.onerror = (event) => {
    console.error(`the socket failed: ${event?.error}`);
    note(0, false, POINTS);
  };
}

export const handleSummary = summarize("websocket", {
  sends: `${SOCKETS} sockets, each ${MESSAGES_PER_SECOND} messages a second of ${POINTS} points`,
  spans: { "": seconds },
});
