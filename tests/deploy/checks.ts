/** The files of deploy hold to the schemas and rules of those who read them, and to what the server has. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import { ROOT } from "../../deploy/local/runtimes.ts";
import { VARIABLES } from "../../src/service/mod.ts";
import { CONNECTIONS_MAX } from "../../src/store/postgres/connection.ts";
import { newFolder, removeFolders } from "./folders.ts";
import { type Document, finish, KUSTOMIZE, kustomize, parseYaml, tool } from "./tools.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const names = new Set(VARIABLES.map(({ name }) => name));

function passes(name: string, ...args: string[]): void {
  const { status, text } = finish(tool(name), args);
  assertEquals(status, 0, text);
}

/** Paths of files below deploy. */
function filesOf(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => ending.test(path) && !path.includes("node_modules"))
    .map((path) => join(folder, path));
}

after(removeFolders);

describe("the files of deploy", () => {
  it("are YAML without doubles", () => {
    const rules = "{extends: relaxed, rules: {line-length: disable, indentation: disable}}";
    passes("yamllint", "--strict", "-d", rules, ...filesOf("deploy", /\.ya?ml$/));
  });

  it("are scripts that shellcheck has nothing to say about", () => {
    passes("shellcheck", ...filesOf("deploy", /\.sh$/));
  });

  it("are a Dockerfile that hadolint has nothing to say about, of images with a version", () => {
    passes("hadolint", "Dockerfile");
    const bases = [...read("Dockerfile").matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    assert(bases.length >= 5);
    for (const image of bases) assert(/:[\w-]*\d+\.\d+\.\d+|^server-/.test(image), image);
  });
});

describe("Compose", () => {
  it("is as the schema says", () => {
    passes("check-jsonschema", "--builtin-schema", "vendor.compose-spec", ...filesOf("deploy/compose", /\.yaml$/));
  });

  const [prod] = parseYaml(read("deploy/compose/prod.yaml"));
  const services = Object.entries<Document>(prod.services);

  it("runs in production what is watched and limited, pinned, without rights, on a file system that is read-only", () => {
    assertEquals(services.length, 9);
    for (const [name, service] of services) {
      const { image, read_only, cap_drop, security_opt, healthcheck, deploy, networks } = service;
      assertEquals([read_only, cap_drop, security_opt], [true, ["ALL"], ["no-new-privileges:true"]], name);
      assert(healthcheck && networks, name);
      assertEquals(Object.keys(deploy.resources.limits), ["cpus", "memory", "pids"], name);
      assert(/:(v?\d+\.\d+|\$\{NCS_TAG:-\d)/.test(image), image);
    }
  });

  it("has the services that Prometheus asks and tells", () => {
    const targets = filesOf("deploy/watch/prometheus/targets", /\.yml$/).flatMap((path) => parseYaml(read(path))[0]);
    const found = targets.flatMap(({ targets }) => targets).map((target: string) => target.split(":")[0]);
    assertEquals(found.sort(), ["alertmanager", "ncs-1", "ncs-2", "ncs-3"]);
    for (const name of found) assert(name in prod.services, name);
  });

  it("has no secret and no default of one", () => {
    const secrets = ["SECRET_KEY", "ADMIN_PASSWORD", "METRICS_TOKEN", "POSTGRES_PASSWORD"];
    const { environment } = prod.services["ncs-1"];
    for (const name of secrets) assertEquals(environment[name], `\${${name}:?}`);
    assertEquals(environment.REDIS_URL, "redis://:${REDIS_PASSWORD:?}@redis:6379");
    for (const { file } of Object.values<{ file: string }>(prod.secrets)) {
      assert(file.startsWith("${NCS_SECRETS"), file);
    }
  });

  it("tells the server what it reads, each replica its own address", () => {
    const replicas = services.filter(([name]) => name.startsWith("ncs-"));
    for (const [name, { environment }] of replicas) {
      for (const variable of Object.keys(environment)) assert(names.has(variable), variable);
      assertEquals(environment.REPLICA_URL, `http://${name}:8000`);
    }
    assertEquals(replicas.length, 3);
    const ownAffair = ["PORT", "HOST", "DEBUG", "METRICS_ENABLED", "NCS_SECRET_KEY", "DATA_DIR", "DATABASE_URL"];
    const asPostgresHas = ["POSTGRES_PORT", "POSTGRES_DB", "POSTGRES_USER"];
    const settable = new Set([...Object.keys(replicas[0][1].environment), ...ownAffair, ...asPostgresHas]);
    assertEquals([...names].filter((name) => !settable.has(name)), []);
    const { environment } = prod.services.nginx;
    for (const [name] of replicas) {
      for (const upstreams of [environment.NCS_UPSTREAMS, environment.NCS_LAST]) {
        assertStringIncludes(upstreams, `server ${name}:8000 `);
      }
    }
  });
});

describe("Kubernetes", { skip: KUSTOMIZE ? false : "neither kustomize nor kubectl is installed" }, () => {
  for (const overlay of ["staging", "production"]) {
    it(`takes the overlay ${overlay}`, () => {
      const path = join(newFolder(), `${overlay}.yaml`);
      writeFileSync(path, kustomize(`deploy/kubernetes/overlays/${overlay}`));
      passes("kubernetes-validate", "--strict", "--quiet", path);
    });
  }

  const built = () => parseYaml(kustomize("deploy/kubernetes/overlays/production"));
  const find = (kind: string) => built().find((resource) => resource.kind === kind)!;

  it("tells the server what it reads, and secrets by reference alone", () => {
    const [{ env }] = find("Deployment").spec.template.spec.containers;
    const settings = Object.keys(find("ConfigMap").data);
    for (const { name } of env) assert(names.has(name) || name === "POD_IP", name);
    for (const name of settings) assert(names.has(name), name);
    for (const name of ["SECRET_KEY", "ADMIN_PASSWORD", "METRICS_TOKEN", "DATABASE_URL", "REDIS_URL"]) {
      const { valueFrom } = env.find((variable: { name: string }) => variable.name === name);
      assertEquals(valueFrom.secretKeyRef, { name: "ncs-secrets", key: name });
    }
    assertEquals(built().filter(({ kind }) => kind === "Secret"), []);
    // $(POD_IP) is filled in only where POD_IP stands before.
    const order = env.map(({ name }: { name: string }) => name);
    assert(order.indexOf("POD_IP") < order.indexOf("REPLICA_URL"));
  });

  it("asks the autoscaler for a measure that the server has and the adapter makes", () => {
    const { metrics } = find("HorizontalPodAutoscaler").spec;
    const [adapter] = parseYaml(read("deploy/kubernetes/prometheus-adapter.yaml"));
    const [{ seriesQuery, name }] = adapter.rules.custom;
    assertEquals(metrics.map(({ type }: { type: string }) => type), ["Resource", "Pods"]);
    assertEquals(metrics[1].pods.metric.name, name.as);
    const measure = seriesQuery.split("{")[0];
    assert(filesOf("src/service/metrics", /\.ts$/).some((path) => read(path).includes(`"${measure}"`)), measure);
  });

  it("scales to no more replicas than a Postgres by its defaults has connections for", () => {
    // max_connections, less superuser_reserved_connections.
    const connections = 100 - 3;
    const { maxReplicas } = find("HorizontalPodAutoscaler").spec;
    assertLessOrEqual((maxReplicas + 1) * CONNECTIONS_MAX, connections);
  });

  it("rolls without one less, and lets what it ends hand over", () => {
    const { strategy, template } = find("Deployment").spec;
    const { terminationGracePeriodSeconds, containers: [{ lifecycle, securityContext }] } = template.spec;
    assertEquals(strategy.rollingUpdate.maxUnavailable, 0);
    assert(lifecycle.preStop.sleep.seconds + 21 < terminationGracePeriodSeconds);
    assertEquals(securityContext.readOnlyRootFilesystem, true);
  });
});
