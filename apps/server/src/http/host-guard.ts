import type { FastifyInstance } from "fastify";

const ownNames = ["localhost", "127.0.0.1", "[::1]"];
/** Addresses that mean every interface of a machine: nobody asks for them by that name. */
const everywhere = ["0.0.0.0", "::"];

/**
 * The server answers only to names that are its own: loopback's, the address it listens on, and those it was given.
 * Without this, a web page anywhere could let its own name point here and use the server through its visitor's browser.
 *
 * @param allowedHosts as in ALLOWED_HOSTS.
 */
export function registerHostGuard(app: FastifyInstance, listenHost: string, allowedHosts: readonly string[]): void {
  const names = new Set([...ownNames, ...asHost(listenHost), ...allowedHosts].map(nameIn));
  // A name, or another spelling of an address, is told as the address that it turned out to be.
  app.addHook("onListen", async () => {
    const bound = app.addresses().filter((each) => typeof each !== "string");
    for (const name of bound.flatMap(({ address }) => asHost(address))) names.add(nameIn(name));
  });
  app.addHook("onRequest", async ({ headers, host, raw }) => {
    // Of two, who stands before this server may have looked at the other.
    const isDoubtful = (raw.headersDistinct["host"] ?? []).length > 1;
    // A trusted proxy says what it was asked by. Both count: one that passes on what a visitor claims is no proof.
    const isOwn = [headers.host ?? "", host].every((each) => names.has(nameIn(each)));
    if (isDoubtful || !isOwn) throw Object.assign(new Error(), { statusCode: 421 });
  });
}

/** An address as a Host header has it; none where it means all of them. */
const asHost = (address: string): string[] =>
  everywhere.includes(address) ? [] : [address.includes(":") ? `[${address}]` : address];

/** The name in a Host header, without its port and the dot that may end it. */
const nameIn = (host: string): string => host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
