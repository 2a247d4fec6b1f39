/**
 * The plane in which points are drawn: their own for two dimensions, else that of the first two principal components, found
 * by power iteration from where they were before, so that the picture turns slowly and never flips.
 */

/** Steps a fit: the axes come nearer with every one that follows. */
const STEPS = 6;

export class Projection {
  #dims = 0;
  #mean: Float64Array = new Float64Array();
  #axes: [Float64Array, Float64Array] = [new Float64Array(), new Float64Array()];

  get dims(): number {
    return this.#dims;
  }

  /** Fits the plane to rows of as many dims each. */
  fit(rows: readonly ArrayLike<number>[]): void {
    if (rows.length === 0) return;
    if (rows[0].length !== this.#dims) this.#begin(rows[0].length);
    if (this.#dims <= 2) return;
    this.#mean = meanOf(rows, this.#dims);
    const [first, second] = this.#axes;
    for (let step = 0; step < STEPS; step++) {
      this.#axes[0] = unit(this.#turn(rows, this.#axes[0])) ?? this.#axes[0];
      const turned = without(this.#turn(rows, this.#axes[1]), this.#axes[0]);
      this.#axes[1] = unit(turned) ?? unit(without(second, this.#axes[0])) ??
        unit(without(first, this.#axes[0])) ?? this.#axes[1];
    }
  }

  /** Where a point is drawn. Reads a row of a flat array, or a whole one. */
  at(row: ArrayLike<number>, offset = 0): [x: number, y: number] {
    if (this.#dims === 1) return [row[offset], 0];
    if (this.#dims === 2) return [row[offset], row[offset + 1]];
    let x = 0, y = 0;
    for (let i = 0; i < this.#dims; i++) {
      const value = row[offset + i] - this.#mean[i];
      x += value * this.#axes[0][i];
      y += value * this.#axes[1][i];
    }
    return [x, y];
  }

  #begin(dims: number): void {
    this.#dims = dims;
    this.#mean = new Float64Array(dims);
    // Not along the axes of the space: one of them may have nothing in it.
    const start = (phase: number) => Float64Array.from({ length: dims }, (_, i) => Math.cos(phase + i * 1.3));
    this.#axes = [unit(start(0))!, unit(start(1.6))!];
  }

  /** The covariance times an axis, without making the covariance. */
  #turn(rows: readonly ArrayLike<number>[], axis: Float64Array): Float64Array {
    const turned = new Float64Array(this.#dims);
    for (const row of rows) {
      let along = 0;
      for (let i = 0; i < axis.length; i++) along += (row[i] - this.#mean[i]) * axis[i];
      for (let i = 0; i < axis.length; i++) turned[i] += along * (row[i] - this.#mean[i]);
    }
    return turned;
  }
}

function meanOf(rows: readonly ArrayLike<number>[], dims: number): Float64Array {
  const mean = new Float64Array(dims);
  for (const row of rows) for (let i = 0; i < dims; i++) mean[i] += row[i] / rows.length;
  return mean;
}

/** The part of a vector that is at right angles to an axis. */
function without(vector: Float64Array, axis: Float64Array): Float64Array {
  const along = vector.reduce((sum, value, i) => sum + value * axis[i], 0);
  return vector.map((value, i) => value - along * axis[i]);
}

/** Undefined where there is no length to speak of. */
function unit(vector: Float64Array): Float64Array | undefined {
  const length = Math.hypot(...vector);
  return length > 1e-12 ? vector.map((value) => value / length) : undefined;
}
