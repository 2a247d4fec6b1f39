/** Who is told by Alertmanager: a server that keeps what it gets. */
import { createServer } from "node:http";

/** An alert as the webhook gets it. */
export interface Told {
  status: "firing" | "resolved";
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface Receiver {
  /** With what a careless substitution would break. */
  url: string;
  told: Told[];
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const told: Told[] = [], path = "/hook?key=a%20'b'|&c";
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const isRight = request.url === path;
    if (isRight) told.push(...JSON.parse(text).alerts);
    response.writeHead(isRight ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}${path}`, stop, told };
}
