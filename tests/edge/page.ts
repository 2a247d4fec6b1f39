/** The page of the round trip: goes on from the snapshot beside it, learns the points beside it, answers in JSON. */
import { NeuroClusterLocal } from "../../sdk/js/src/local.ts";

const octetsOf = async (name: string) => new Uint8Array(await (await fetch(name)).arrayBuffer());

async function goOn(dims: number): Promise<{ ids: number[]; snapshot: number[] }> {
  const local = await NeuroClusterLocal.create({ kernel: new URL("ncs.wasm", location.href) });
  await local.restore(await octetsOf("snapshot"));
  const ids = await local.processPoints(new Float32Array((await octetsOf("points")).buffer), { dims });
  return { ids: [...ids], snapshot: [...await local.snapshot()] };
}

Object.assign(globalThis, { goOn });
