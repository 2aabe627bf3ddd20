import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { appRouter } from "@tilewright/api";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { fakePorts } from "./ports.ts";
import { drawThumbnail, dziDescriptor, tile } from "./tiles.ts";
import { manifest, World } from "./world.ts";

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'";
const mediaTypes: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export interface FakeServer {
  readonly url: string;
  readonly world: World;
  /** Paths asked for so far, queries included. */
  readonly requests: string[];
  /** While true every connection is cut, as if the server were gone. */
  isAway: boolean;
  /** What analyses have published, by address: `/analyses/<job>/<file>`. */
  readonly published: Map<string, string | Buffer>;
  /** Called before a part is taken; a part waits until it resolves. */
  beforePart: (partNumber: number) => Promise<void>;
  close(): Promise<void>;
}

/** The real procedures on a world in memory, behind the real address layout, serving the built page. */
export async function startFakeServer(pageFolder: string, port = 0): Promise<FakeServer> {
  const world = new World();
  const trpc = createHTTPHandler({
    router: appRouter,
    basePath: "/trpc/",
    createContext: () => ({ ports: fakePorts(world), requestId: "r-1", isWorker: false, logFault: console.error }),
  });
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    fake.requests.push(path);
    if (fake.isAway) return void request.socket.destroy();
    if (path.startsWith("/trpc/")) return trpc(request, response);
    if (path.startsWith("/uploads/")) return void takePart(fake, request, response);
    if (path.startsWith("/pyramids/") || path.startsWith("/previews/")) return servePyramid(path, response);
    if (path.startsWith("/analyses/")) return servePublished(fake, path, response);
    if (path.startsWith("/images/")) return send(response, "application/octet-stream", "the uploaded file");
    return void servePage(pageFolder, path, response);
  });
  const fake: FakeServer = {
    url: "",
    world,
    requests: [],
    published: new Map(),
    isAway: false,
    beforePart: async () => {},
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return Object.assign(fake, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function takePart(fake: FakeServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , storageUploadId = "", partNumber = ""] = (request.url ?? "").split("/");
  let sizeBytes = 0;
  try {
    for await (const chunk of request) sizeBytes += (chunk as Buffer).length;
    await fake.beforePart(Number(partNumber));
  } catch {
    return;
  }
  if (request.socket.destroyed) return;
  fake.world.parts.get(storageUploadId)?.set(Number(partNumber), sizeBytes);
  response.writeHead(204).end();
}

function servePyramid(path: string, response: ServerResponse): void {
  const [level, column, row] = (/\/(\d+)\/(\d+)_(\d+)\.jpg$/.exec(path) ?? []).slice(1).map(Number);
  if (path.endsWith("/manifest.json")) send(response, "application/json", JSON.stringify(manifest));
  else if (path.endsWith(".dzi")) send(response, "application/xml", dziDescriptor);
  else if (path.endsWith("/thumbnail.jpg")) send(response, "image/png", drawThumbnail());
  else if (level !== undefined && column !== undefined && row !== undefined) {
    send(response, "image/png", tile(level, column, row));
  } else response.writeHead(404).end();
}

function servePublished({ published }: FakeServer, path: string, response: ServerResponse): void {
  const body = published.get(path);
  if (body === undefined) response.writeHead(404).end();
  else send(response, "application/octet-stream", body);
}

async function servePage(folder: string, path: string, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(path, "http://page");
  const file = pathname.includes(".") ? pathname : "/index.html";
  const body = await readFile(join(folder, file)).catch(() => null);
  if (body === null) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader("content-security-policy", policy);
  send(response, mediaTypes[extname(file)] ?? "application/octet-stream", body);
}

function send(response: ServerResponse, mediaType: string, body: string | Buffer): void {
  response.writeHead(200, { "content-type": mediaType }).end(body);
}
