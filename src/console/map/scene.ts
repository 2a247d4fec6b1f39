/** What the map shows: clusters and the latest points, laid out in the plane. */
import type { ClusterSummary } from "neurocluster";
import { Projection } from "../flow/projection.ts";
import type { Trail } from "../flow/trail.ts";
import { disc, type Ellipse, ellipseOf } from "./ellipse.ts";
import { fitted, type Frame, frameAround, towards } from "./frame.ts";

export interface Spot {
  x: number;
  y: number;
  id: number;
  isOutlier: boolean;
}

/** A cluster in the plane. */
export interface Shape extends Ellipse {
  id: number;
  size: number;
}

/** The frame goes this share of the way with every picture: it follows, and does not jump. */
const EASE = 0.08;
/** Points that the plane is fitted to. */
const SAMPLE = 300;
/** The long half axis of a cluster against its radius, at most. */
const STRETCH_MAX = 1.6;

export class Scene {
  readonly #projection = new Projection();
  #frame: Frame | undefined;
  spots: Spot[] = [];
  shapes: Shape[] = [];

  get frame(): Frame | undefined {
    return this.#frame;
  }

  /** Lays out the plane anew: when clusters have changed. */
  fit(clusters: readonly ClusterSummary[], trail: Trail): void {
    const dims = clusters[0]?.center.length ?? trail.rows[0]?.length;
    const step = Math.max(1, Math.floor(trail.rows.length / SAMPLE));
    const sample = trail.rows.filter((row, i) => i % step === 0 && row.length === dims);
    this.#projection.fit([...clusters.map(({ center }) => center), ...sample]);
  }

  /** Places all in the plane, and moves the frame: at once where `isStill`. */
  place(clusters: readonly ClusterSummary[], trail: Trail, aspect: number, isStill: boolean): void {
    const { dims } = this.#projection;
    this.spots = trail.rows.flatMap((row, i) => {
      if (row.length !== dims) return [];
      const [x, y] = this.#projection.at(row);
      return { x, y, id: trail.ids[i], isOutlier: trail.areOutliers[i] };
    });
    const own = byId(this.spots);
    this.shapes = clusters.filter(({ center }) => center.length === dims).map((cluster) => {
      const [x, y] = this.#projection.at(cluster.center);
      const seen = ellipseOf(own.get(cluster.cluster_id) ?? []);
      const round = disc(x, y, cluster.radius, dims);
      // Points of old may be of what has split or moved since: then the radius knows better.
      const isTrue = seen && seen.a < STRETCH_MAX * round.a;
      return { ...(isTrue ? seen : round), x, y, id: cluster.cluster_id, size: cluster.size };
    });
    const around = this.#wanted();
    if (around) this.#frame = towards(this.#frame, fitted(around, aspect), isStill ? 1 : EASE);
  }

  /** The clusters, else the points; what no cluster explains may lie outside. */
  #wanted(): Frame | undefined {
    const discs = this.shapes.map(({ x, y, a }) => ({ x, y, r: 1.25 * a }));
    return frameAround(discs.length > 0 ? discs : this.spots.map(({ x, y }) => ({ x, y, r: 0 })));
  }
}

/** Where the points of each cluster are. */
function byId(spots: readonly Spot[]): Map<number, [number, number][]> {
  const own = new Map<number, [number, number][]>();
  for (const { id, x, y } of spots) {
    const places = own.get(id);
    if (places) places.push([x, y]);
    else own.set(id, [[x, y]]);
  }
  return own;
}
