/**
 * All of it at once: two replicas, Deno and Bun, under load, on a real Postgres and Redis; Prometheus scrapes them, and alerts
 * reach a receiver through Alertmanager.
 */
import { after, before, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { pause, soon } from "../../../tests/durability/load.ts";
import { BOARDS } from "../grafana/build.ts";
import { missingPrograms, startTopology, type Topology } from "../../local/topology.ts";
import { startWatch, type Watch } from "../../local/watch.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { Traffic } from "./traffic.ts";

const missing = missingPrograms({ watch: true });
const skip = missing.length > 0 && `not installed: ${missing}`;

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

let topology: Topology, watch: Watch, receiver: Receiver, traffic: Traffic;

// deno-lint-ignore no-explicit-any
type Json = any;

async function ask(path: string, parameters: Record<string, string> = {}): Promise<Json> {
  const response = await fetch(`${watch.prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`);
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
    // In development, for the key of the documentation's snippets.
    const environment = { ENVIRONMENT: "development", RATE_LIMIT_PER_MINUTE: "400" };
    topology = await startTopology({ replicas: ["deno", "bun"], environment });
    receiver = await startReceiver();
    const targets = topology.replicas.map(({ url }) => new URL(url).host);
    const hasty = { isHasty: true, webhookUrl: receiver.url };
    watch = await startWatch(targets, topology.metricsToken, topology.folder, hasty);
    // What is counted before the first scrape is no rise.
    const areSeen = async () => (await ask("query", { query: 'sum(up{job="ncs"})' })).result[0]?.value[1] === "2";
    await soon("both replicas are scraped", 10_000, areSeen);
    traffic = new Traffic(topology.replicas, topology.admin);
    await traffic.start();
    await pause(8000);
    await traffic.attack();
    await traffic.flood();
    await pause(4000);
  });

  after(async () => {
    await traffic?.stop();
    for (const part of [watch, receiver, topology]) await part?.stop();
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

  it("a store that ends is told, and that it is back", async () => {
    await topology.postgres.stop("SIGQUIT");
    await soon("the receiver is told", 20_000, () => isTold("NcsStoreDown", "firing"));
    await topology.postgres.run();
    await soon("the receiver is told that it is over", 30_000, () => isTold("NcsStoreDown", "resolved"));
  });

  it("a replica that is killed is told, and is not the end of the service", async () => {
    topology.replicas[1].kill();
    await soon("the receiver is told", 20_000, () => isTold("NcsReplicaDown", "firing"));
    assert(!isTold("NcsDown", "firing"));
  });

  it("what follows from another alert of the same job is held back", async () => {
    const alerts = [["NcsStoreDown", "one"], ["NcsStoreFailing", "one"], ["NcsStoreFailing", "two"]];
    alerts.push(["NcsDown", "three"], ["NcsReplicaDown", "three"], ["NcsSignInAttack", "three"]);
    const body = JSON.stringify(
      alerts.map(([alertname, job]) => ({ labels: { alertname, job, severity: "critical" } })),
    );
    const headers = { "content-type": "application/json" };
    assertEquals((await fetch(`${watch.alertmanager}/api/v2/alerts`, { method: "POST", headers, body })).status, 200);
    const held = async () => {
      const all: Json[] = await (await fetch(`${watch.alertmanager}/api/v2/alerts?filter=job=~"one|two|three"`)).json();
      const inhibited = all.filter(({ status }) => status.inhibitedBy.length > 0);
      return inhibited.map(({ labels }) => `${labels.alertname} ${labels.job}`).sort();
    };
    await soon("they are sorted", 5000, async () => (await held()).length === 3);
    assertEquals(await held(), ["NcsReplicaDown three", "NcsSignInAttack three", "NcsStoreFailing one"]);
  });
});
