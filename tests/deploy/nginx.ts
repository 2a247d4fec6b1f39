/** nginx takes the configuration: in front of local replicas, and as Compose fills it in, with TLS. */
import { once } from "node:events";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { NGINX, Nginx, nginxArguments, writeNginxConfig } from "../../deploy/local/nginx.ts";
import { ROOT } from "../../deploy/local/runtimes.ts";
import { freePort } from "../../deploy/local/wait.ts";
import { newFolder, removeFolders } from "./folders.ts";
import { finish, parseYaml } from "./tools.ts";

after(removeFolders);

function check(config: string): string {
  const { status, text } = finish(NGINX!, ["-t", ...nginxArguments(config)]);
  assertEquals(status, 0, text);
  return text;
}

/** The files of deploy/nginx/tls with a certificate of the moment and a port that is free. */
async function tlsFolder(): Promise<string> {
  const folder = newFolder(), port = await freePort();
  const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", join(folder, "tls_key")];
  const certificate = ["-x509", "-subj", "/CN=localhost", "-days", "1", "-out", join(folder, "tls_certificate")];
  const { status, text } = finish("openssl", ["req", ...key, ...certificate]);
  assertEquals(status, 0, text);
  cpSync(join(ROOT, "deploy/nginx/tls"), folder, { recursive: true });
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".conf"))) {
    const path = join(folder, name);
    const config = readFileSync(path, "utf8").replaceAll("/run/secrets", folder).replace(
      /listen \d+/,
      `listen ${port}`,
    );
    writeFileSync(path, config);
  }
  return folder;
}

describe("nginx", { skip: NGINX ? false : "nginx is not installed" }, () => {
  it("takes the configuration without TLS", async () => {
    const upstreams = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const listen = `127.0.0.1:${await freePort()}`;
    const said = check(writeNginxConfig({ listen, upstreams, folder: newFolder() }));
    assertStringIncludes(said, "test is successful");
  });

  it("takes it as Compose fills it in, with TLS", async () => {
    const [{ services: { nginx: { environment } } }] = parseYaml(
      readFileSync(join(ROOT, "deploy/compose/prod.yaml"), "utf8"),
    );
    const folder = newFolder(), port = await freePort();
    // No name server here knows the replicas.
    const values: Record<string, string> = {
      ...environment,
      NCS_RUN: folder,
      NCS_TLS: await tlsFolder(),
      NCS_LISTEN: environment.NCS_LISTEN.replace(/\d+/, `${port}`),
      NCS_UPSTREAMS: environment.NCS_UPSTREAMS.replace(/ncs-\d/g, "127.0.0.1"),
      NCS_LAST: environment.NCS_LAST.replace(/ncs-\d/g, "127.0.0.1"),
    };
    const template = readFileSync(join(ROOT, "deploy/nginx/nginx.conf.template"), "utf8");
    const config = join(folder, "nginx.conf");
    writeFileSync(config, template.replace(/\$\{(NCS_\w+)\}/g, (_, name) => values[name]));
    assertEquals(/\$\{/.test(readFileSync(config, "utf8")), false);
    assertStringIncludes(check(config), "test is successful");
  });

  it("asks another replica for a read that one cannot answer, sends a write twice only under a key that counts, and hides no refusal of all", async () => {
    const asked = [0, 0], able = [false, true];
    const servers = asked.map((_, index) =>
      createServer((request, response) => {
        asked[index]++;
        request.resume().on("end", () => response.writeHead(able[index] ? 200 : 503).end(`replica ${index}`));
      }).listen(0, "127.0.0.1")
    );
    await Promise.all(servers.map((server) => once(server, "listening")));
    const upstreams = servers.map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`);
    const nginx = await Nginx.start(upstreams, newFolder());
    try {
      const ask = async (method: string, path = "/", headers: Record<string, string> = {}) => {
        const answer = await fetch(`${nginx.url}${path}`, { method, headers });
        return [answer.status, await answer.text()];
      };
      const key = { "idempotency-key": "one" };
      for (let read = 0; read < 10; read++) assertEquals(await ask("GET"), [200, "replica 1"]);
      const before = asked[0] + asked[1];
      for (let write = 0; write < 10; write++) await ask("POST");
      // The server makes a new API key each time, whatever key the request is under.
      for (let write = 0; write < 10; write++) await ask("POST", "/auth/api-keys", key);
      assertEquals(asked[0] + asked[1] - before, 20);
      for (const path of ["/api/v1/process_points", "/api/v1/streams/a/process_batch", "/api/v1/streams/a/merge"]) {
        for (let write = 0; write < 4; write++) assertEquals(await ask("POST", path, key), [200, "replica 1"]);
      }
      able[1] = false;
      for (let read = 0; read < 4; read++) assertEquals((await ask("GET"))[0], 503);
    } finally {
      await nginx.stop();
      for (const server of servers) server.closeAllConnections();
      for (const server of servers) server.close();
    }
  });
});
