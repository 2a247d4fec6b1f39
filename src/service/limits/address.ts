/** The client's address: whose it is behind proxies, and as what it is counted. */

/**
 * The address of the client. Each proxy adds to the right of X-Forwarded-For who spoke to it; what is further left than the
 * proxies that are trusted may be made up by the client.
 */
export function clientAddress(peer: string, forwarded: string | null, trustedProxies: number): string {
  if (trustedProxies === 0 || forwarded === null) return peer;
  const hops = forwarded.split(",");
  const hop = hops[Math.max(0, hops.length - trustedProxies)].trim();
  // Some proxies write a port too.
  const address = /^\[([^\]]*)\](:\d+)?$/.exec(hop)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(hop)?.[1] ?? hop;
  return address.length <= 45 && /^[\da-f:.]+$/i.test(address) ? address : peer;
}

/** What is counted as one: an IPv4 address, or the /64 of IPv6, all of which is one subscriber's. */
export function addressGroup(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address);
  if (mapped) return mapped[1];
  const [head, tail] = address.toLowerCase().replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? 0 : tail.split(":").length;
    while (groups.length + after < 8) groups.push("0");
    if (tail !== "") groups.push(...tail.split(":"));
  }
  return `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
