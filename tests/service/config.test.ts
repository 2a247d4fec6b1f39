import { describe, it } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError, helpText, readConfig, VARIABLES, warningsOf } from "../../src/service/mod.ts";
import { VERSION } from "../../src/version.ts";

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

function read(environment: Record<string, string>) {
  return readConfig((name) => environment[name]);
}

describe("readConfig()", () => {
  it("has defaults for everything", () => {
    const { port, host, streams: { parameters: stream } } = read({});
    assertEquals([port, host, stream], [8000, "127.0.0.1", {}]);
  });

  it("reads every variable", () => {
    const config = read({
      PORT: "0",
      HOST: "0.0.0.0",
      NCS_BASE_THRESHOLD: "0.8",
      NCS_LEARNING_RATE: "1e-3",
      NCS_MAX_CLUSTERS: " 12 ",
      NCS_OUTLIER_THRESHOLD: "0.6",
      NCS_SCALING: "standard",
    });
    assertEquals([config.port, config.host], [0, "0.0.0.0"]);
    assertEquals(config.streams.parameters, {
      baseThreshold: 0.8,
      learningRate: 0.001,
      maxClusters: 12,
      outlierThreshold: 0.6,
      scaling: "standard",
    });
  });

  it("takes an empty variable as unset", () => {
    assertEquals(read({ PORT: "", NCS_MAX_CLUSTERS: " " }), read({}));
  });

  it("names every variable that is bad", () => {
    const error = assertThrows(() => read({ PORT: "80a", NCS_MAX_CLUSTERS: "1", NCS_SCALING: "x" }), ConfigError);
    assertEquals(error.message.split("\n"), [
      'PORT: must be an integer from 0 to 65535, not "80a"',
      'NCS_MAX_CLUSTERS: max_clusters must be an integer from 2 to 256, not "1"',
      'NCS_SCALING: scaling must be none or standard, not "x"',
    ]);
  });

  it("reads who may sign in and how often, by whatever name of the secret", () => {
    const secret = "a secret of thirty-two characters";
    const environment = {
      SECRET_KEY_PREVIOUS: " one , two,",
      ADMIN_USERNAME: "root",
      ADMIN_PASSWORD: " a password \n",
      ACCESS_TOKEN_MINUTES: "5",
      RATE_LIMIT_PER_MINUTE: "0",
      ALLOWED_ORIGINS: "https://a.example, http://localhost:3000",
      TRUSTED_PROXIES: "2",
      DEBUG: "True",
    };
    for (const name of ["SECRET_KEY", "NCS_SECRET_KEY"]) {
      const { auth, rateLimitPerMinute, allowedOrigins, trustedProxies, isDebug } = read({
        ...environment,
        [name]: secret,
      });
      assertEquals([auth.secretKey, auth.previousSecretKeys], [secret, ["one", "two"]]);
      assertEquals([auth.admin, auth.accessToken_ms], [{ username: "root", password: "a password" }, 300_000]);
      assertEquals([rateLimitPerMinute, trustedProxies, isDebug], [0, 2, true]);
      assertEquals(allowedOrigins, ["https://a.example", "http://localhost:3000"]);
    }
    const { auth } = read({});
    assertEquals([auth.admin, auth.takesPlaceholders], [{ username: "admin", password: "admin123" }, true]);
  });

  it("reads where to keep things", () => {
    assertEquals(read({}).storage, { dataDir: "./data", postgres: undefined, sync: "os" });
    const parts =
      read({ POSTGRES_HOST: "db", POSTGRES_PASSWORD: "p", NCS_FSYNC: "disk", POSTGRES_PORT: "5433" }).storage;
    const postgres = { host: "db", port: 5433, database: "ncs", user: "ncs", password: "p" };
    assertEquals([parts.postgres, parts.sync], [postgres, "disk"]);
    const DATABASE_URL = "postgres://u:p@db/x";
    assertEquals(read({ POSTGRES_HOST: "other", DATABASE_URL }).storage.postgres, { url: DATABASE_URL });
  });

  it("says no secret where it says what is wrong", () => {
    const error = assertThrows(
      () =>
        read({ DATABASE_URL: "mysql://u:hush@db/x", REDIS_URL: "hush", SECRET_KEY: "hush", NCS_SECRET_KEY: "hush!" }),
      ConfigError,
    );
    assertEquals(error.message.split("\n").map((line) => line.split(":")[0]), [
      "SECRET_KEY",
      "REDIS_URL",
      "DATABASE_URL",
    ]);
    assert(!error.message.includes("hush"));
  });

  it("refuses origins that are none", () => {
    for (const ALLOWED_ORIGINS of ["example.org", "https://example.org/", "https://*.example.org", "null"]) {
      assertThrows(() => read({ ALLOWED_ORIGINS }), ConfigError, "ALLOWED_ORIGINS");
    }
  });

  it("refuses ports that are none", () => {
    for (const PORT of ["-1", "65536", "80.5", "0x50", "http"]) assertThrows(() => read({ PORT }), ConfigError, "PORT");
  });

  it("reads only variables that --help prints and that the server may read", () => {
    const asked = new Set<string>();
    readConfig((name) => {
      asked.add(name);
      return undefined;
    });
    assertEquals([...asked].sort(), VARIABLES.map((variable) => variable.name).sort());
    for (const { name, default: value } of VARIABLES) {
      assertStringIncludes(helpText(VERSION), name);
      assertStringIncludes(helpText(VERSION), `(default ${value})`);
    }
    const { serve } = JSON.parse(textOf("deno.json")).tasks;
    const allowed = /--allow-env=(\S+)/.exec(serve)![1].split(",");
    assertEquals(allowed.sort(), [...asked].sort());
  });
});

describe("production", () => {
  const good = {
    ENVIRONMENT: "production",
    SECRET_KEY: "0123456789abcdef0123456789abcdef",
    ADMIN_PASSWORD: "twelve chars",
    ALLOWED_ORIGINS: "https://example.org",
  };
  const faultsOf = (environment: Record<string, string>) =>
    assertThrows(() => read(environment), ConfigError).message.split("\n");

  it("starts with settings that are its own, and takes no placeholders", () => {
    const { environment, auth } = read(good);
    assertEquals([environment, auth.takesPlaceholders], ["production", false]);
  });

  it("refuses each default and each weak setting by its name", () => {
    const bad: [Record<string, string>, string][] = [
      [{ SECRET_KEY: "" }, "SECRET_KEY: must be set"],
      [{ SECRET_KEY: "insecure-development-key" }, "SECRET_KEY: must be set"],
      [{ SECRET_KEY: "x".repeat(31) }, "SECRET_KEY: must have 32"],
      [{ SECRET_KEY_PREVIOUS: `${"x".repeat(32)},short` }, "SECRET_KEY_PREVIOUS: each key must have 32"],
      [{ ADMIN_PASSWORD: "" }, "ADMIN_PASSWORD: must be set"],
      [{ ADMIN_PASSWORD: "admin123" }, "ADMIN_PASSWORD: must be set"],
      [{ ADMIN_PASSWORD: "eleven char" }, "ADMIN_PASSWORD: must have 12"],
      [{ ALLOWED_ORIGINS: "*" }, "ALLOWED_ORIGINS: must name origins"],
      [{ ALLOWED_ORIGINS: "https://example.org,*" }, "ALLOWED_ORIGINS: must name origins"],
    ];
    for (const [change, fault] of bad) {
      const faults = faultsOf({ ...good, ...change });
      assertEquals(faults.length, 1);
      assertStringIncludes(faults[0], fault);
    }
  });

  it("names all faults at once", () => {
    const names = faultsOf({ ENVIRONMENT: "production", ALLOWED_ORIGINS: "*" }).map((fault) => fault.split(":")[0]);
    assertEquals(names, ["SECRET_KEY", "ADMIN_PASSWORD", "ALLOWED_ORIGINS"]);
    assertEquals(faultsOf({ ENVIRONMENT: "prod" }), ['ENVIRONMENT: must be development or production, not "prod"']);
  });
});

describe("warningsOf()", () => {
  it("warns of development beyond the loopback address", () => {
    const warned = (environment: Record<string, string>) => warningsOf(read(environment)).length;
    for (const HOST of ["", "localhost", "127.0.0.1", "::1"]) assertEquals(warned({ HOST }), 0);
    for (const HOST of ["0.0.0.0", "::", "192.168.0.2"]) assertEquals(warned({ HOST }), 1);
  });
});

describe("what the server may read of its environment", () => {
  it("is what it reads, as a task and in its image", () => {
    for (const file of ["deno.json", "Dockerfile"]) {
      const allowed = /--allow-env=([A-Z_,]+)/.exec(textOf(file))![1].split(",");
      assertEquals(allowed.sort(), VARIABLES.map(({ name }) => name).sort(), file);
    }
  });
});

describe("VERSION", () => {
  it("is that of package.json and of the changelog", () => {
    assertEquals(VERSION, JSON.parse(textOf("package.json")).version);
    assert(textOf("CHANGELOG.md").includes(`## ${VERSION}`));
  });
});
