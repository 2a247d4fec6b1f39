/** `ncs summary`: the clusters that a whole file ends with. */
import type { Cluster, Engine, Status } from "../engine/mod.ts";
import { counted } from "./progress.ts";
import { runStream, type StreamRequest } from "./run.ts";
import { openSource } from "./source.ts";

export interface SummaryRequest extends StreamRequest {
  json: boolean;
}

/** Coordinates of a center that the table shows. */
const SHOWN_DIMS = 4;

/** What the stream was, in numbers. */
interface Counts {
  outliers: number;
  /** Points labelled -1. */
  unexplained: number;
  /** By type. */
  events: Record<string, number>;
}

function countEvents(engine: Engine, { events }: Counts): void {
  for (const { type } of engine.takeEvents()) events[type] = (events[type] ?? 0) + 1;
}

const short = (value: number) => String(Number(value.toPrecision(5)));

function row({ id, size, radius, health, born, lastPoint, center }: Cluster): string[] {
  const shown = [...center.subarray(0, SHOWN_DIMS)].map(short).join(", ");
  const cells = [id, Math.round(size), short(radius), health.status, short(health.score), born, lastPoint].map(String);
  return [...cells, `[${shown}${center.length > SHOWN_DIMS ? ", ..." : ""}]`];
}

const TITLES = ["id", "size", "radius", "health", "score", "born", "last point", "center"];

function table(clusters: readonly Cluster[]): string {
  const rows = [TITLES, ...clusters.map(row)];
  const widths = TITLES.map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  return rows.map((cells) => cells.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()).join("\n");
}

function asText(clusters: readonly Cluster[], status: Status, { outliers, unexplained, events }: Counts): string {
  const changes = Object.entries(events).map(([type, count]) => `${count} ${type}`).join(", ") || "none";
  return [
    `${counted(status.points, "point")} of ${counted(status.dims, "dimension")}, ${
      counted(status.clusters, "cluster")
    } now`,
    `${counted(outliers, "outlier")}, ${counted(unexplained, "point")} in no cluster`,
    `events: ${changes}`,
    "",
    table(clusters),
  ].join("\n");
}

function asJson(clusters: readonly Cluster[], status: Status, counts: Counts): string {
  const plain = clusters.map((cluster) => ({ ...cluster, center: [...cluster.center] }));
  return JSON.stringify({ status, ...counts, clusters: plain });
}

/** Learns the whole source; answers the summary as text. */
export async function summary(request: SummaryRequest): Promise<string> {
  const counts: Counts = { outliers: 0, unexplained: 0, events: {} };
  const engine = await runStream(request, openSource(request), ({ ids, isOutlier }, current) => {
    for (let i = 0; i < ids.length; i++) {
      counts.outliers += isOutlier[i];
      if (ids[i] < 0) counts.unexplained++;
    }
    countEvents(current, counts);
  });
  const clusters = engine.clusters().sort((a, b) => b.size - a.size), status = engine.status();
  engine.dispose();
  return request.json ? asJson(clusters, status, counts) : asText(clusters, status, counts);
}
