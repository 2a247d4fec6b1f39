/**
 * Where a row is one register (d <= 4) the search keeps the coordinates once more, in blocks of four in columns: x x x x, y y y y,
 * and so on. Four distances are then a dozen operations, no shuffle and no index to follow.
 */

/** A block of columns with nobody in it: infinitely far away. */
@inline export function clearBlock(block: usize): void {
  const far = f32x4.splat(Infinity);
  v128.store(block, far);
  v128.store(block, far, 16);
  v128.store(block, far, 32);
  v128.store(block, far, 48);
}

/** Writes a row to the lane of a block at `lane`. */
@inline export function setColumn(lane: usize, row: usize): void {
  const v = v128.load(row);
  v128.store32_lane(lane, v, 0);
  v128.store32_lane(lane, v, 1, 16);
  v128.store32_lane(lane, v, 2, 32);
  v128.store32_lane(lane, v, 3, 48);
}

/** Place number p among columns that begin at `first`. */
@inline export function laneAt(first: usize, p: i32): usize {
  return first + (<usize> (p & ~3) << 4) + (<usize> (p & 3) << 2);
}

/** Squared distances of a row of one register to a block of four in columns, the same bits as `distance`. */
@inline export function distanceToColumns(row: usize, block: usize): v128 {
  const x = f32x4.sub(v128.load32_splat(row), v128.load(block)),
    y = f32x4.sub(v128.load32_splat(row, 4), v128.load(block, 16)),
    z = f32x4.sub(v128.load32_splat(row, 8), v128.load(block, 32)),
    w = f32x4.sub(v128.load32_splat(row, 12), v128.load(block, 48));
  return f32x4.add(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)), f32x4.add(f32x4.mul(z, z), f32x4.mul(w, w)));
}
