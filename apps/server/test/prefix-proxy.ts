import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestServer } from "./test-server.ts";

export interface PrefixProxy {
  /** With the path below which the server answers. */
  readonly baseUrl: string;
  /** `METHOD /path` of all that came. */
  readonly seen: string[];
  /** Answers in the server's place while it is set. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  stop(): Promise<void>;
}

const prefix = "/behind/a/proxy";
const key = "the key of a test";

/** What a company puts before a server: a path of its own, and a header without which nobody passes. */
export async function startPrefixProxy(server: TestServer): Promise<PrefixProxy> {
  const listener = createServer((incoming, response) => {
    proxy.seen.push(`${incoming.method} ${incoming.url?.replace(/\?.*/, "")}`);
    if (proxy.instead) return proxy.instead(incoming, response);
    if (incoming.headers["x-key"] !== key) return page(response, 401);
    if (!incoming.url?.startsWith(`${prefix}/`)) return page(response, 404);
    const target = new URL(incoming.url.slice(prefix.length), server.address);
    const { host: _host, ...headers } = incoming.headers;
    incoming.pipe(
      request(target, { method: incoming.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const proxy: PrefixProxy = {
    baseUrl: `http://127.0.0.1:${(listener.address() as AddressInfo).port}${prefix}/`,
    seen: [],
    instead: null,
    async stop() {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return proxy;
}

export const page = (response: ServerResponse, status: number, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { "content-type": "text/html", ...headers }).end("<!doctype html><title>Sign in</title>");
};

export const keyHeaders = { "x-key": key };
