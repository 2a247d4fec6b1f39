/** The page of the browser tests: what it is asked for it does, and answers in JSON. */
import { NeuroClusterLocal } from "neurocluster/local";
import { NeuroClusterWorker } from "neurocluster/worker";

/** As the test makes them: two groups. Shape (count x 3). */
const points = (count) => Float32Array.from({ length: count * 3 }, (_, at) => (at % 7) + 10 * (at % 2));

/** The longest time in milliseconds for which the page can do nothing else while something is done. */
async function longestPause_ms(work) {
  let last = performance.now(), longest = 0, isDone = false;
  const done = work().then(() => isDone = true);
  while (!isDone) {
    await new Promise((next) => setTimeout(next, 0));
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await done;
  return longest;
}

async function learn(count) {
  const local = await NeuroClusterLocal.create(), worker = await NeuroClusterWorker.create();
  const ids = [...await local.processPoints(points(count), { dims: 3 })];
  const same = [...await worker.processPoints(points(count), { dims: 3, transfer: true })];
  const error = await worker.processPoints([[1, NaN, 3]]).catch(({ name, code }) => ({ name, code }));
  await local.restore(await worker.snapshot());
  const status = await local.algorithmStatus();
  worker.terminate();
  return { ids, same, error, points: status.total_points_processed };
}

async function pauses(count) {
  const local = await NeuroClusterLocal.create(), worker = await NeuroClusterWorker.create();
  const batch = points(count), transfer = true, dims = 3;
  const result = {
    local: await longestPause_ms(() => local.processPoints(batch, { dims })),
    worker: await longestPause_ms(() => worker.processPoints(batch, { dims, transfer })),
  };
  worker.terminate();
  return result;
}

Object.assign(globalThis, { learn, pauses });
