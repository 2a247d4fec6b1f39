/**
 * All of it at once: two replicas, Deno and Bun, under load, on a real Postgres and Redis; Prometheus scrapes them, and alerts
 * reach a receiver through Alertmanager.
 */
import { after, before, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { pause, soon } from "../../../tests/durability/load.ts";
import { startReplica } from "../../../tests/replicas/servers.ts";
import { killLeftovers, type Server } from "../../../tests/service/processes.ts";
import { freePort, HAS_REDIS, startRedis, stop } from "../../../tests/service/redis.ts";
import { Cluster, HAS_POSTGRES } from "../../../tests/store/postgres.ts";
import { BOARDS } from "../grafana/build.ts";
import {
  missing,
  type Program,
  stagePrometheus,
  startAlertmanager,
  startPrometheus,
  startReceiver,
} from "./programs.ts";
import { Traffic } from "./traffic.ts";

const skip = missing("prometheus", "prometheus-alertmanager") || !(HAS_POSTGRES && HAS_REDIS) && "no Postgres or Redis";
const ADMIN = { username: "admin", password: "correct horse battery" }, TOKEN = "scrape-me";

/** Panels, or legends of one, in which nothing may have happened; all others show more than 0. */
const MAY_BE_ZERO = [
  "Failed requests",
  "Failures of the store",
  "Writes that wait for the journal",
  "Event loop",
  "Leases lost",
  "Streams handed over",
  "moved",
  "lost",
  "Alerts",
  "_other",
];

let cluster: Cluster, redis: Awaited<ReturnType<typeof startRedis>>, redisPort: number;
let servers: Server[], traffic: Traffic;
let receiver: Awaited<ReturnType<typeof startReceiver>>, alertmanager: Program, prometheus: Program;

// deno-lint-ignore no-explicit-any
type Json = any;

async function ask(path: string, parameters: Record<string, string> = {}): Promise<Json> {
  const response = await fetch(`${prometheus.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const { status, data, error } = await response.json();
  assertEquals(status, "success", `${error}: ${parameters.query}`);
  return data;
}

/** The numbers of each series within the last minute, by the value of each label that the legend names. */
async function seriesOf(query: string): Promise<{ metric: Record<string, string>; values: number[] }[]> {
  const now = Date.now() / 1000;
  const asked = { query, start: `${now - 30}`, end: `${now}`, step: "2" };
  const { result } = await ask("query_range", asked);
  return result.map(({ metric, values }: Json) => ({
    metric,
    values: values.map(([, value]: [number, string]) => Number(value)).filter(Number.isFinite),
  }));
}

/** As Grafana fills it in, with all chosen. */
const fill = (expr: string) =>
  expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*").replaceAll("$stream", ".*");

async function faultsOf(title: string, expr: string, legend: string): Promise<string[]> {
  const series = await seriesOf(fill(expr));
  const name = `${title}, ${legend}`;
  if (!series.some(({ values }) => values.length > 0)) return [`${name}: no data`];
  const unnamed = [...legend.matchAll(/\{\{(\w+)\}\}/g)].filter(([, label]) =>
    !series.every(({ metric }) => metric[label])
  );
  if (unnamed.length > 0) return [`${name}: no label ${unnamed.map(([, label]) => label)}`];
  const mayBeZero = MAY_BE_ZERO.some((part) => name.includes(part));
  return mayBeZero || series.some(({ values }) => values.some((value) => value !== 0)) ? [] : [`${name}: always 0`];
}

/** The alert came to the receiver with that status. */
const isTold = (name: string, status: "firing" | "resolved") =>
  receiver.told.some((alert) => alert.labels.alertname === name && alert.status === status);

describe("watching replicas under load", { skip }, () => {
  before(async () => {
    redisPort = await freePort();
    [cluster, redis, receiver] = await Promise.all([Cluster.start(), startRedis(redisPort), startReceiver()]);
    const environment = {
      DATABASE_URL: cluster.url(await cluster.createDatabase()),
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      ADMIN_PASSWORD: ADMIN.password,
      METRICS_TOKEN: TOKEN,
      RATE_LIMIT_PER_MINUTE: "400",
    };
    servers = [await startReplica("deno", environment), await startReplica("bun", environment)];
    alertmanager = await startAlertmanager(receiver.url);
    const targets = servers.map(({ url }) => new URL(url).host);
    prometheus = await startPrometheus(stagePrometheus(targets, new URL(alertmanager.url).host, TOKEN));
    // What is counted before the first scrape is no rise.
    const areSeen = async () => (await ask("query", { query: 'sum(up{job="ncs"})' })).result[0]?.value[1] === "2";
    await soon("both replicas are scraped", 10_000, areSeen);
    traffic = new Traffic(servers, ADMIN);
    await traffic.start();
    await pause(8000);
    await traffic.attack();
    await traffic.flood();
    await pause(4000);
  });

  after(async () => {
    await traffic?.stop();
    for (const program of [prometheus, alertmanager, receiver]) await program?.stop();
    killLeftovers();
    if (redis) await stop(redis, redisPort);
    await cluster?.remove();
  });

  it("every query of every panel returns data, named as its legend says", async () => {
    const faults: string[] = [];
    let count = 0;
    for (const board of Object.values(BOARDS)) {
      for (const { title, queries } of board.rows.flatMap(({ panels }) => panels)) {
        for (const { expr, legend } of queries) {
          faults.push(...await faultsOf(`${board.title}: ${title}`, expr, legend));
          count++;
        }
      }
    }
    assertEquals(faults, []);
    assert(count > 70, `${count} queries`);
  });

  it("the variables of the boards have choices", async () => {
    assertEquals((await ask("label/instance/values", { "match[]": 'up{job="ncs"}' })).length, 2);
    const streams = await ask("label/stream/values", { "match[]": 'ncs_points_learned_total{job="ncs"}' });
    for (const name of ["default", "sensors", "orders"]) assert(streams.includes(name), name);
  });

  it("every recording rule returns data, and every alert rule can be evaluated", async () => {
    const { groups } = await ask("rules");
    const rules = groups.flatMap(({ rules }: Json) => rules);
    assert(rules.length > 40, `${rules.length} rules`);
    for (const { name, type, health, lastError } of rules) {
      assertEquals([name, health, lastError], [name, "ok", undefined]);
      if (type !== "recording") continue;
      assert((await seriesOf(name)).some(({ values }) => values.length > 0), `${name} has no data`);
    }
  });

  it("every metric that a rule names is one that is scraped", async () => {
    const { groups } = await ask("rules");
    const known = new Set(await ask("label/__name__/values"));
    const queries: string = groups.flatMap(({ rules }: Json) => rules.map(({ query }: Json) => query)).join("\n");
    const named = [...queries.matchAll(/(?<![:\w])ncs_\w+/g)].map(([name]) => name);
    assert(named.length > 30);
    assertEquals(named.filter((name) => !known.has(name)), []);
  });

  it("failed sign-ins in number reach the receiver as an alert, with what to do", async () => {
    await soon("the receiver is told", 20_000, () => isTold("NcsSignInAttack", "firing"));
    const alert = receiver.told.find(({ labels }) => labels.alertname === "NcsSignInAttack")!;
    assertEquals(alert.labels.severity, "critical");
    assert(/^\d+\.\d sign-ins a minute fail$/.test(alert.annotations.summary), alert.annotations.summary);
    assertEquals(alert.annotations.runbook_url, "docs/RUNBOOK.md#ncssigninattack");
  });

  it("a store that ends is told, and that it is back; what follows from it is held back", async () => {
    await cluster.stop("SIGQUIT");
    await soon("the receiver is told", 20_000, () => isTold("NcsStoreDown", "firing"));
    const before = receiver.told.length;
    await pause(3000);
    const followed = receiver.told.slice(before).filter(({ status }) => status === "firing");
    assertEquals(followed.filter(({ labels }) => /Failing|Burn|ErrorsMany|Lapses/.test(labels.alertname)), []);
    await cluster.run();
    await soon("the receiver is told that it is over", 30_000, () => isTold("NcsStoreDown", "resolved"));
  });
});
