/**
 * Squared distances to the core. Where a row is one register the core is written in columns first, in the place of the search's,
 * which are written anew at the end of every step and compaction.
 */
import { center, columns, core, f32At, f32Put, i32At, isNarrow, matrixRow } from "./memory";
import { distanceToColumns, laneAt, setColumn } from "./columns";
import { distance4 } from "./vector";

/** Listed micro-cluster j of n, beyond them the last: a block of four is filled up with it. */
@inline function listed(j: i32, n: i32): usize {
  return center(i32At(core, min(j, n - 1)));
}

/** The core is the first n of its list; no centre moves while it is measured. */
export function beginCore(n: i32): void {
  if (isNarrow()) for (let j = 0; j < ((n + 3) & ~3); j++) setColumn(laneAt(columns, j), v128.load(listed(j, n)));
}

/** Squared distances of row x to the core; fills `into` up to a multiple of four. */
export function measureRow(x: usize, n: i32, into: usize): void {
  if (isNarrow()) measureByColumns(x, n, into);
  else for (let j = 0; j < n; j += 4) {
    v128.store(
      into + (<usize> j << 2),
      distance4(x, listed(j, n), listed(j + 1, n), listed(j + 2, n), listed(j + 3, n)),
    );
  }
}

@inline function measureByColumns(row: usize, n: i32, into: usize): void {
  const x = v128.load32_splat(row),
    y = v128.load32_splat(row, 4),
    z = v128.load32_splat(row, 8),
    w = v128.load32_splat(row, 12);
  for (let end = into + (<usize> n << 2), block = columns; into < end; into += 16, block += 64) {
    v128.store(into, distanceToColumns(x, y, z, w, block, true));
  }
}

/** Fills matrix rows 0..n with the squared distances of the core. */
export function measure(n: i32): void {
  for (let i = 0; i < n; i++) {
    const row = matrixRow(i);
    measureRow(center(i32At(core, i)), isNarrow() ? n : i + 1, row);
    if (!isNarrow()) for (let j = 0; j < i; j++) f32Put(matrixRow(j), i, f32At(row, j));
  }
  for (let i = 0; i < n; i++) for (let j = n; j & 3; j++) f32Put(matrixRow(i), j, 0);
}
