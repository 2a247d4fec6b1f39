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
@inline export function setColumn(lane: usize, v: v128): void {
  v128.store32_lane(lane, v, 0);
  v128.store32_lane(lane, v, 1, 16);
  v128.store32_lane(lane, v, 2, 32);
  v128.store32_lane(lane, v, 3, 48);
}

/** Place number p among columns that begin at `first`. */
@inline export function laneAt(first: usize, p: i32): usize {
  return first + (<usize> (p & ~3) << 4) + (<usize> (p & 3) << 2);
}

/** Squared distances of a point, each coordinate in every lane, to a block of four in columns: the same bits as `distance`. */
@inline export function distanceToColumns(x: v128, y: v128, z: v128, w: v128, block: usize, all: bool): v128 {
  const a = f32x4.sub(x, v128.load(block)),
    b = f32x4.sub(y, v128.load(block, 16)),
    c = f32x4.sub(z, v128.load(block, 32));
  const ab = f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b));
  if (!all) return f32x4.add(ab, f32x4.mul(c, c)); // the fourth coordinate is the padding
  const d = f32x4.sub(w, v128.load(block, 48));
  return f32x4.add(ab, f32x4.add(f32x4.mul(c, c), f32x4.mul(d, d)));
}
