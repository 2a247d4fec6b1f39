/** Backups where two replicas share a Postgres: either makes them of all streams, and restores what the other has. */
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { measure, startReplica } from "../replicas/servers.ts";
import { batchOf, DIMS } from "../durability/client.ts";
import { soon } from "../durability/load.ts";
import { killLeftovers, type Server, signIn } from "../service/processes.ts";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";

after(killLeftovers);

describe("a backup of replicas", { skip: HAS_POSTGRES ? false : "Postgres is not installed" }, () => {
  let cluster: Cluster, servers: Server[], headers: { authorization: string };
  before(async () => {
    cluster = await Cluster.start();
    const environment = { DATABASE_URL: cluster.url(await cluster.createDatabase()) };
    servers = [await startReplica("deno", environment), await startReplica("bun", environment)];
    headers = await signIn(servers[0].url);
    await soon("each sees two", 5000, async () => (
      (await Promise.all(servers.map((server) => measure(server, "ncs_replica_members")))).every((seen) => seen === 2)
    ));
  });
  after(async () => {
    for (const { pid, exit } of servers) {
      process.kill(pid, "SIGTERM");
      await exit;
    }
    await cluster.remove();
  });

  const octets = async (server: Server, path: string, body?: BodyInit) => {
    const init = { headers: { ...headers, "content-type": "application/octet-stream" }, body };
    const answer = await fetch(`${server.url}/api/v1/${path}`, { ...init, method: body ? "POST" : "GET" });
    assertEquals(answer.status, 200, path);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const learn = (server: Server, stream: string, index: number) =>
    octets(server, `streams/${stream}/process_points?dims=${DIMS}`, batchOf(index));
  const stateOf = (server: Server, stream: string) => octets(server, `streams/${stream}/snapshot`);

  it("has the streams of both, and replaces them where they are in memory: nobody goes on with the old state", async () => {
    const streams = ["a", "b", "c", "d"];
    for (const [index, name] of streams.entries()) {
      const init = { method: "POST", headers: { ...headers, "content-type": "application/json" } };
      const made = await fetch(`${servers[index % 2].url}/api/v1/streams`, { ...init, body: JSON.stringify({ name }) });
      assertEquals(made.status, 201);
      await learn(servers[index % 2], name, index);
    }
    const counts = await Promise.all(servers.map((server) => measure(server, "ncs_replica_streams")));
    assertEquals(counts, [2, 2]);
    const kept = await Promise.all(streams.map((name) => stateOf(servers[0], name)));
    const file = await octets(servers[1], "backup");
    const went = await Promise.all(streams.map((name) => learn(servers[0], name, 9)));
    for (const restorer of servers) {
      const report = JSON.parse(new TextDecoder().decode(await octets(restorer, "restore?existing=replace", file)));
      assertEquals(report, { restored: streams, skipped: [], failed: [] });
      for (const server of servers) {
        for (const [index, name] of streams.entries()) assertEquals(await stateOf(server, name), kept[index]);
      }
      for (const [index, name] of streams.entries()) assertEquals(await learn(servers[1], name, 9), went[index]);
    }
  });
});
