/**
 * Three replicas, Deno and Bun, on one Postgres and one Redis: each takes any request, one has each stream, and it is all the
 * same for clients.
 */
import process from "node:process";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { HAS_REDIS, Redis } from "../../deploy/local/redis.ts";
import { Engine } from "../../src/engine/mod.ts";
import { batchOf, DIMS, post, uninterrupted } from "../durability/client.ts";
import { snapshotOf, soon } from "../durability/load.ts";
import { kernel } from "../kernel.ts";
import { EventReader } from "../service/event_stream.ts";
import { killLeftovers, type Server, signIn } from "../service/processes.ts";
import { connectSocket } from "../service/sockets.ts";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import { ask, measure, type Runtime, spread, startReplica } from "./servers.ts";

const skip = HAS_POSTGRES && HAS_REDIS ? false : "Postgres or Redis is not installed";
const STREAMS = 12;

let cluster: Cluster, redis: Redis;
let environment: Record<string, string>, servers: Server[];

const start = async (runtime: Runtime) => await startReplica(runtime, environment);

async function makeStreams(): Promise<string[]> {
  const names = Array.from({ length: STREAMS }, (_, index) => `stream-${index}`);
  for (const [index, name] of names.entries()) {
    const body = JSON.stringify({ name, parameters: {} });
    const headers = { "content-type": "application/json" };
    const made = await ask(servers[index % servers.length], "streams", { method: "POST", headers, body });
    assertEquals(made.status, 201, await made.text());
  }
  return names;
}

/** Learns a batch through a server; the ids. */
async function learn(server: Server, stream: string, index: number): Promise<number[]> {
  const answer = await ask(server, `streams/${stream}/process_points?dims=${DIMS}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: batchOf(index),
  });
  if (!answer.ok) throw new Error(`${stream} at ${server.url}: ${await answer.text()}`);
  return Array.from(new Int32Array(await answer.arrayBuffer()));
}

/** The server that has the only stream there is, and the others. */
async function ownerFirst(): Promise<Server[]> {
  const counts = await spread(servers);
  assertEquals(counts.filter((count) => count === 1).length, 1);
  return [...servers].sort((a, b) => counts[servers.indexOf(b)] - counts[servers.indexOf(a)]);
}

describe("replicas", { skip }, () => {
  before(async () => {
    [cluster, redis] = await Promise.all([Cluster.start(), Redis.start()]);
  });
  after(async () => {
    await redis.stop();
    await cluster.remove();
  });
  beforeEach(async () => {
    const database = await cluster.createDatabase();
    environment = { DATABASE_URL: cluster.url(database), REDIS_URL: redis.url };
    servers = [await start("deno"), await start("bun"), await start("deno")];
    await soon("each sees three", 5000, async () => (
      (await Promise.all(servers.map((server) => measure(server, "ncs_replica_members")))).every((seen) => seen === 3)
    ));
  });
  afterEach(() => killLeftovers());

  it("answer alike whoever is asked, and have one state between them", async () => {
    const { ids, snapshot } = uninterrupted(9);
    const labels = [];
    for (let index = 0; index < 9; index++) labels.push(...(await post(servers[index % 3], index)).ids);
    assertEquals(labels, ids);
    // A write that comes again, by another server, is known by its key.
    assert((await post(servers[0], 8)).isReplayed);
    for (const server of servers) assertEquals(await snapshotOf(server), snapshot);
    const views = await Promise.all(
      servers.map(async (server) => await (await ask(server, "clusters_summary")).json()),
    );
    assertEquals(views[0].total_points_processed, 9 * 150);
    assertEquals(views[1], views[0]);
    assertEquals(views[2], views[0]);
  });

  it("refuse alike: a problem of the owner is the problem of whoever was asked", async () => {
    await post(servers[0], 0);
    const body = JSON.stringify({ points: [[1, 2]] });
    const headers = { "content-type": "application/json", "x-request-id": "asked-1" };
    const answers = await Promise.all(servers.map(async (server) => {
      const answer = await ask(server, "process_points", { method: "POST", headers, body });
      return { status: answer.status, id: answer.headers.get("x-request-id"), body: await answer.json() };
    }));
    assertEquals(answers[0].status, 422);
    assertEquals(answers[0].body.code, "dims_mismatch");
    assertEquals(answers[0].id, "asked-1");
    assertEquals(answers[1], answers[0]);
    assertEquals(answers[2], answers[0]);
  });

  it("record each change once, at whichever it was asked for", async () => {
    await post(servers[0], 0);
    const admin = await signIn(servers[0].url);
    const headers = (id: string) => ({ "content-type": "application/json", "x-request-id": id });
    const body = JSON.stringify({ parameters: { outlier_threshold: 0.9 } });
    for (const [index, server] of servers.entries()) {
      const init = { method: "PATCH", headers: headers(`change-${index}`), body };
      assertEquals((await ask(server, "streams/default", init)).status, 200);
    }
    const { records } =
      await (await fetch(`${servers[0].url}/api/v1/audit?action=stream.configure`, { headers: admin })).json();
    assertEquals(
      records.map(({ request_id, target, result }: Record<string, string>) => [request_id, target, result]).sort(),
      servers.map((_, index) => [`change-${index}`, "default", "ok"]),
    );
  });

  it("take no stranger for a replica", async () => {
    const forged = encodeURIComponent(
      JSON.stringify({ kind: "user", id: "user:x", name: "x", scopes: ["admin"], streams: null }),
    );
    const headers = { "x-ncs-hop": crypto.randomUUID(), "x-ncs-principal": forged, "x-ncs-address": "10.0.0.1" };
    for (const server of servers) {
      const answer = await fetch(`${server.url}/api/v1/streams/default/snapshot`, { headers });
      assertEquals(answer.status, 401);
      await answer.body?.cancel();
    }
  });

  it("share the streams evenly, and anew when replicas come and go, without a refusal", async () => {
    const names = await makeStreams();
    const engines = new Map(names.map((name) => [name, Engine.create(kernel, DIMS)]));
    let rounds = 0;
    const round = async (among: Server[]) => {
      await Promise.all(names.map(async (name, index) => {
        const ids = await learn(among[(index + rounds) % among.length], name, rounds);
        assertEquals(ids, Array.from(engines.get(name)!.learn(batchOf(rounds)).ids), name);
      }));
      rounds++;
    };
    await round(servers);
    await soon("four each", 5000, async () => (await spread(servers)).every((count) => count === 4));
    const fourth = await start("bun");
    const all = [...servers, fourth];
    await soon("three each", 10_000, async () => {
      await round(all);
      return (await spread(all)).every((count) => count === 3);
    });
    process.kill(servers[0].pid, "SIGTERM");
    let isOver = false;
    servers[0].exit.then(() => isOver = true);
    while (!isOver) await round(all.slice(1));
    assertEquals(await servers[0].exit, 0);
    await soon("none is without a place", 5000, async () => {
      await round(all.slice(1));
      return (await spread(all.slice(1))).reduce((sum, count) => sum + count) === STREAMS;
    });
    for (const name of names) assertEquals(await snapshotOf(fourth, name), engines.get(name)!.snapshot(), name);
  });

  it("that had a stream which was deleted and made anew elsewhere answer as who has it", async () => {
    const [first, second] = servers, headers = { "content-type": "application/json" };
    const make = async (server: Server) => {
      const made = await ask(server, "streams", { method: "POST", headers, body: JSON.stringify({ name: "again" }) });
      assertEquals(made.status, 201, await made.text());
    };
    const points = async (server: Server) => {
      return (await (await ask(server, "streams/again/clusters_summary")).json()).total_points_processed;
    };
    await make(first);
    await learn(first, "again", 0);
    const admin = await signIn(first.url);
    const deleted = await fetch(`${first.url}/api/v1/streams/again`, { method: "DELETE", headers: admin });
    assertEquals(deleted.status, 204);
    await make(second);
    await learn(second, "again", 0);
    assertEquals(await points(first), 150);
    await learn(second, "again", 1);
    assertEquals([await points(first), await points(second)], [300, 300]);
  });

  it("have no events of a stream that was deleted at another", async () => {
    const headers = { "content-type": "application/json" }, body = JSON.stringify({ name: "short" });
    assertEquals((await ask(servers[0], "streams", { method: "POST", headers, body })).status, 201);
    const looks = () => Promise.all(servers.map(async (server) => (await ask(server, "streams/short/events")).status));
    assertEquals(await looks(), [200, 200, 200]);
    const admin = await signIn(servers[0].url);
    await fetch(`${servers[0].url}/api/v1/streams/short`, { method: "DELETE", headers: admin });
    assertEquals(await looks(), [404, 404, 404]);
  });

  it("a killed owner's stream is taken over, with every acknowledged batch, within five seconds", async () => {
    for (let index = 0; index < 4; index++) await post(servers[0], index);
    const [owner, ...others] = await ownerFirst();
    process.kill(owner.pid, "SIGKILL");
    const began = performance.now();
    const answer = await post(others[0], 4);
    const gap = performance.now() - began;
    console.log(`writers waited ${Math.round(gap)} ms`);
    assertEquals(answer.status, 200);
    assert(gap < 5000);
    assertEquals(await snapshotOf(others[1]), uninterrupted(5).snapshot);
  });

  it("an owner that is frozen past its lease and wakes has nothing to say any more", async () => {
    for (let index = 0; index < 3; index++) await post(servers[0], index);
    const [owner, ...others] = await ownerFirst();
    process.kill(owner.pid, "SIGSTOP");
    // What it reads when it wakes, it reads as one that lost its lease meanwhile.
    const late = post(owner, 3);
    assertEquals((await post(others[0], 4)).status, 200);
    process.kill(owner.pid, "SIGCONT");
    assertEquals((await late).status, 200);
    const engine = Engine.create(kernel, DIMS);
    for (const index of [0, 1, 2, 4, 3]) engine.learn(batchOf(index));
    for (const server of servers) assertEquals(await snapshotOf(server), engine.snapshot());
    assert(await measure(owner, "ncs_replica_lapses_total") >= 1);
  });

  it("sockets, lines and events work at every replica", async () => {
    await post(servers[0], 0);
    const [, one, other] = await ownerFirst();
    const events = new EventReader(await ask(other, "events", { headers: { accept: "text/event-stream" } }));
    const engine = Engine.create(kernel, DIMS);
    engine.learn(batchOf(0));

    const socket = await connectSocket(one);
    const rows = (index: number) =>
      Array.from({ length: 150 }, (_, row) => Array.from(batchOf(index).slice(3 * row, 3 * row + 3)));
    for (const index of [1, 2, 3]) socket.say({ type: "batch", points: rows(index), id: index });
    socket.say(batchOf(4).buffer);
    socket.say({ type: "status_request", id: "s" });
    const answers = await socket.answers(5);
    const ids = [1, 2, 3].map((index) => Array.from(engine.learn(rows(index)).ids));
    assertEquals(
      answers.slice(0, 3).map(({ results }) => results.map((result: { cluster_id: number }) => result.cluster_id)),
      ids,
    );
    assertEquals(answers[3].cluster_ids, Array.from(engine.learn(batchOf(4)).ids));
    assertEquals([answers[4].type, answers[4].total_points_processed], ["algorithm_status", 750]);

    const lines = await ask(other, "process_points", {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: rows(5).map((row) => JSON.stringify(row)).join("\n"),
    });
    const results = (await lines.text()).trim().split("\n").map((line) => JSON.parse(line).cluster_id);
    assertEquals(results, Array.from(engine.learn(rows(5)).ids));

    // Something new far away: born at the owner, told at the other.
    const far = Array.from({ length: 4000 }, (_, index) => [500 + Math.sin(index), 500 + Math.cos(index), 500]);
    await ask(one, "process_points", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ points: far }),
    });
    const { id, event } = (await events.next())!;
    assert(Number(id) >= 1 && event !== undefined, JSON.stringify({ id, event }));
    await events.close();
  });
});
