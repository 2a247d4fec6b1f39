/** Quality as text: a table for people, a line of JSON a stream and a group for programs. */
import type { FloorCheck } from "./floors.ts";
import { mean, type Score } from "./score.ts";

const COLUMNS: [title: string, value: (score: Score) => string][] = [
  ["stream", (s) => s.stream],
  ["kind", (s) => s.kind],
  ["d", (s) => String(s.dims)],
  ["k", (s) => String(s.k)],
  ["ARI", (s) => s.ari.toFixed(3)],
  ["NMI", (s) => s.nmi.toFixed(3)],
  ["purity", (s) => s.purity.toFixed(3)],
  ["ids/chunk", (s) => s.ids_per_chunk.toFixed(1)],
  ["ids", (s) => String(s.ids_total)],
  ["wrong noise", (s) => s.wrong_noise.toFixed(4)],
  ["outlier AUC", (s) => s.outlier_auc?.toFixed(3) ?? ""],
  ["drift delay", (s) => s.drift_delay?.toFixed(0) ?? ""],
  ["drifts", (s) => String(s.drifts)],
  ["points/s", (s) => Math.round(s.points_per_second).toLocaleString("en")],
];

/** Columns of texts, the first two to the left, numbers to the right. */
function align(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (text: string, i: number) => i < 2 ? text.padEnd(widths[i]) : text.padStart(widths[i]);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

export function streamTable(scores: readonly Score[]): string {
  return align([COLUMNS.map(([title]) => title), ...scores.map((score) => COLUMNS.map(([, value]) => value(score)))]);
}

/** Means over a group of streams; figures that have no meaning for a stream are left out of the mean. */
export interface GroupMean {
  group: string;
  streams: number;
  ari: number;
  nmi: number;
  purity: number;
  ids_per_chunk: number;
  wrong_noise: number;
  outlier_auc: number | null;
  drift_delay: number | null;
}

function meanOf(members: readonly Score[], field: "outlier_auc" | "drift_delay"): number | null {
  const values = members.map((member) => member[field]).filter((value) => value !== null);
  return values.length > 0 ? mean(values) : null;
}

function groupMean(group: string, members: readonly Score[]): GroupMean {
  const of = (field: "ari" | "nmi" | "purity" | "ids_per_chunk" | "wrong_noise") => mean(members.map((m) => m[field]));
  return {
    group,
    streams: members.length,
    ari: of("ari"),
    nmi: of("nmi"),
    purity: of("purity"),
    ids_per_chunk: of("ids_per_chunk"),
    wrong_noise: of("wrong_noise"),
    outlier_auc: meanOf(members, "outlier_auc"),
    drift_delay: meanOf(members, "drift_delay"),
  };
}

/** The mean of each kind of stream, and of all. */
export function groupMeans(scores: readonly Score[]): GroupMean[] {
  const kinds = [...Map.groupBy(scores, (score) => score.kind)].map(([kind, members]) => groupMean(kind, members));
  return [...kinds, groupMean("all", scores)];
}

export function groupTable(means: readonly GroupMean[]): string {
  const cells = (m: GroupMean) => [m.ari, m.nmi, m.purity, m.outlier_auc].map((value) => value?.toFixed(4) ?? "");
  const rows = means.map((m) => [m.group, String(m.streams), ...cells(m), m.drift_delay?.toFixed(0) ?? ""]);
  return align([["group", "streams", "ARI", "NMI", "purity", "outlier AUC", "drift delay"], ...rows]);
}

export function floorLine({ group, ari, floor, holds }: FloorCheck): string {
  return `${holds ? "holds" : "BELOW"}  ${group}: ARI ${ari.toFixed(4)}, floor ${floor}`;
}
