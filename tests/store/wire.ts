/** A wire to a server that can be cut without a word: its ends stay open, and nothing passes any more. */
import { connect, createServer, type Socket } from "node:net";

export interface Wire {
  port: number;
  /** Silences the connections there are; new ones pass. */
  cut(): void;
  close(): void;
}

export async function openWire(to: number): Promise<Wire> {
  const live = new Set<Socket>(), ends = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    for (const [from, into] of [[near, far], [far, near]]) {
      live.add(from);
      ends.add(from);
      from.on("data", (octets) => live.has(from) && into.write(octets));
      from.on("close", () => live.has(from) && into.destroy());
      from.on("error", () => {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    ends.forEach((end) => end.destroy());
    server.close();
  };
  return { port: (server.address() as { port: number }).port, cut: () => live.clear(), close };
}
