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
  const listening = everywhere.includes(listenHost) ? [] : [listenHost.includes(":") ? `[${listenHost}]` : listenHost];
  const names = new Set([...ownNames, ...listening, ...allowedHosts].map((name) => name.toLowerCase()));
  app.addHook("onRequest", async ({ headers }) => {
    if (!names.has(nameIn(headers.host ?? ""))) throw Object.assign(new Error(), { statusCode: 421 });
  });
}

/** The name in a Host header, without its port and the dot that may end it. */
const nameIn = (host: string): string => host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
