/** What the groups of a structure step were before: clusters stand as they are unless there is reason to change them. */
import { clustersMax, core, f32At, f64At, f64Put, group, i32At, points, slot, sums } from "./memory";

/** Whether groups i and j were mostly in two clusters before. */
export function wereTwo(i: i32, j: i32, n: i32): bool {
  const a = formerCluster(i, n), b = formerCluster(j, n);
  return a >= 0 && b >= 0 && a != b;
}

/** The cluster that more of a group was in than in any other, the first of equals; -1: all of it was in none. */
function formerCluster(i: i32, n: i32): i32 {
  let former = -1, most: f64 = 0;
  for (let c = 0; c < clustersMax; c++) f64Put(sums, c, 0);
  for (let a = 0; a < n; a++) {
    const c = i32At(slot, i32At(core, a));
    if (i32At(group, a) == i && c >= 0) f64Put(sums, c, f64At(sums, c) + <f64> f32At(points, a));
  }
  for (let c = 0; c < clustersMax; c++) {
    if (f64At(sums, c) <= most) continue;
    most = f64At(sums, c);
    former = c;
  }
  return former;
}
