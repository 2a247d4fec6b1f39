/**
 * The contract's snippets, letter by letter, against the development server: curl as it is, Python with `requests`. Where
 * port 8000 is taken another one is written in its place. What a machine has not installed is skipped by name.
 */
import { execFile, execFileSync } from "node:child_process";
import { connect } from "node:net";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { COMMANDS, killLeftovers, listen, type Server } from "./processes.ts";

const CURL = [
  "curl http://localhost:8000/health",
  'curl -X POST "http://localhost:8000/auth/login" -H "Content-Type: application/x-www-form-urlencoded" -d "username=admin&password=admin123"',
  `curl -X POST "http://localhost:8000/api/v1/process_points" -H "X-API-Key: YOUR_API_KEY" -H "Content-Type: application/json" -d '{"points": [[1.0, 2.0, 3.0]]}'`,
];

const PYTHON = `
data = {"points": [[1.0, 2.0, 3.0], [1.1, 2.1, 3.1]]}
response = requests.post("http://localhost:8000/api/v1/process_points", json=data, headers={"Authorization": "Bearer ..."})
for result in response.json():
    print(f"Point {result['input_point']} -> Cluster {result['cluster_id']}")
`;

/** Runs a program to its end; answers what it printed. */
function output(program: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, (error, stdout) => error ? reject(error) : resolve(stdout));
  });
}

function works(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve((socket.destroy(), false)));
    socket.on("error", () => resolve(true));
  });
}

const hasCurl = works("curl", "--version"), hasRequests = works("python3", "-c", "import requests");

after(killLeftovers);

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the snippets of the contract, with the server on ${name},`, () => {
    let server: Server;
    const here = (snippet: string) => snippet.replaceAll("localhost:8000", `localhost:${server.port}`);

    before(async () => {
      server = await listen(command, { PORT: await isFree(8000) ? "8000" : "0" });
    });
    after(async () => {
      process.kill(server.pid, "SIGTERM");
      await server.exit;
    });

    it("run in a shell", { skip: !hasCurl }, async () => {
      const [health, token, results] = await Promise.all(CURL.map((line) => output("sh", ["-c", `${here(line)} -s`])));
      assertEquals(JSON.parse(health).status, "healthy");
      const { access_token, token_type, expires_in } = JSON.parse(token);
      assertEquals([typeof access_token, token_type, typeof expires_in], ["string", "bearer", "number"]);
      assertEquals(JSON.parse(results)[0].cluster_id, 0);
    });

    it("run in Python", { skip: !hasRequests }, async () => {
      const printed = await output("python3", ["-c", `import requests\n${here(PYTHON)}`]);
      assertMatch(printed, /^Point \[1, 2, 3\] -> Cluster 0\nPoint \[1\.1, 2\.1, 3\.1\] -> Cluster 0\n$/);
    });
  });
}
