/** When clusters were born and last got a point, by the service's clock: the kernel knows points, not hours. */
import type { Cluster, StreamEvent } from "../../engine/mod.ts";

/** Milliseconds since 1970. */
export interface ClusterTime {
  created: number;
  updated: number;
}

/** Ids remembered at most before those without a cluster are forgotten; a stream has at most 256 clusters. */
const IDS_MAX = 1024;

/** A power of 2. */
const PLACES = 256;

export class ClusterTimes {
  #times = new Map<number, ClusterTime>();
  /** Ids of the batch under way, each at its last digits, where a later one takes its place. */
  #touched = new Int32Array(PLACES);

  /** Rows of id, created, updated. */
  static fromRows(rows: [number, number, number][]): ClusterTimes {
    const times = new ClusterTimes();
    for (const [id, created, updated] of rows) times.#times.set(id, { created, updated });
    return times;
  }

  toRows(): [number, number, number][] {
    return Array.from(this.#times, ([id, { created, updated }]) => [id, created, updated]);
  }

  /** Notes a batch: the events it caused and the ids it got. `live` is asked only when there is much to forget. */
  note(now: number, events: StreamEvent[], ids: Int32Array, live: () => Cluster[]): void {
    for (const event of events) {
      if (event.type === "born" || event.type === "split") this.#touch(event.id, now);
    }
    // Batches are large: a look at the map for each point costs a tenth of learning it, this a hundredth.
    const touched = this.#touched.fill(-1);
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index], place = id & (PLACES - 1);
      if (id < 0 || touched[place] === id) continue;
      touched[place] = id;
      this.#touch(id, now);
    }
    if (this.#times.size > IDS_MAX) this.#forget(live());
  }

  /** Times of a cluster; those of `now` where nothing was noted of it. */
  of(id: number, now: number): ClusterTime {
    return this.#times.get(id) ?? { created: now, updated: now };
  }

  #touch(id: number, now: number): void {
    const time = this.#times.get(id);
    if (time) time.updated = now;
    else this.#times.set(id, { created: now, updated: now });
  }

  #forget(live: Cluster[]): void {
    const ids = new Set(live.map((cluster) => cluster.id));
    for (const id of this.#times.keys()) if (!ids.has(id)) this.#times.delete(id);
  }
}
