/** The latest points that went by, with the clusters that took them: what the map shows of the stream itself. */

/** Points kept, and of one batch: a batch is more than the eye can take. */
const KEPT = 1500, OF_A_BATCH = 150;

export class Trail {
  #rows: Float32Array[] = [];
  #ids: number[] = [];
  #areOutliers: boolean[] = [];

  get rows(): readonly Float32Array[] {
    return this.#rows;
  }

  get ids(): readonly number[] {
    return this.#ids;
  }

  get areOutliers(): readonly boolean[] {
    return this.#areOutliers;
  }

  /** Where nobody said which are outliers, those are that no cluster explains. */
  add(points: Float32Array, dims: number, ids: Int32Array, outliers?: readonly boolean[]): void {
    const step = Math.max(1, Math.ceil(ids.length / OF_A_BATCH));
    for (let i = 0; i < ids.length; i += step) {
      this.#rows.push(points.slice(i * dims, (i + 1) * dims));
      this.#ids.push(ids[i]);
      this.#areOutliers.push(outliers ? outliers[i] : ids[i] < 0);
    }
    const late = this.#rows.length - KEPT;
    if (late > 0) { for (const kept of [this.#rows, this.#ids, this.#areOutliers]) kept.splice(0, late); }
  }

  clear(): void {
    this.#rows = [];
    this.#ids = [];
    this.#areOutliers = [];
  }
}
