/** What a batch is answered with. */
import type { Assignment } from "../../engine/mod.ts";
import { type Batch, JSON_TYPE, OCTETS_TYPE } from "./points.ts";
import type { Reply } from "./write.ts";

/** Octets are answered by octets, rows by results or by ids alone. */
export function replyTo({ rows }: Batch, assignment: Assignment, idsOnly: boolean): Reply {
  if (!rows) return { body: octetsOf(assignment), type: OCTETS_TYPE };
  const body = idsOnly ? `{"cluster_ids":[${assignment.ids.join()}]}` : JSON.stringify(results(rows, assignment));
  return { body, type: JSON_TYPE };
}

/** A result a row. */
export function results(rows: number[][], assignment: Assignment): unknown[] {
  const { ids, isOutlier, outlierScores, similarities, layers } = assignment;
  return rows.map((input_point, index) => ({
    input_point,
    cluster_id: ids[index],
    is_outlier: isOutlier[index] === 1,
    outlier_score: outlierScores[index],
    similarity: similarities[index],
    ...(layers && {
      layers: {
        geometric: layers.geometric[index],
        statistical: layers.statistical[index],
        temporal: layers.temporal[index],
      },
    }),
  }));
}

/** Ids as octets, i32 little-endian as every host that runs the kernel has them. */
function octetsOf({ ids }: Assignment): Uint8Array<ArrayBuffer> {
  return new Uint8Array(ids.buffer as ArrayBuffer, ids.byteOffset, ids.byteLength);
}
