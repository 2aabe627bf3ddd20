import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import pino from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createHttpApp } from "../src/http/app.ts";
import { lineLimits } from "../src/http/line-limits.ts";
import { createTestPorts, type TestPorts } from "./test-ports.ts";

const windowMs = 500;
let own: TestPorts;
let directory: string;
let port: number;
let server: Server;
let close: () => Promise<unknown>;
/** What the receiver of parts waits for before it reads. */
let reading = Promise.resolve();
const received: number[] = [];

beforeAll(async () => {
  own = await createTestPorts();
  directory = await mkdtemp(join(tmpdir(), "tilewright-lines-"));
  await writeFile(join(directory, "index.html"), "");
  const app = await createHttpApp({
    ports: own.ports,
    parts: { receiver: { acceptPart } },
    workerToken: "not used here",
    host: "127.0.0.1",
    webDirectory: directory,
    logger: pino({ level: "silent" }),
    allowedHosts: [],
    trustedProxies: [],
    allowedOrigins: [],
    checks: {},
    limits: {
      ...lineLimits,
      headMs: windowMs,
      lookEveryMs: 50,
      bodyWindowMs: windowMs,
      leastBodyBytes: 2_000,
      keepAliveMs: windowMs,
      connections: 8,
    },
  });
  port = Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
  server = app.server;
  close = () => app.close();
});
afterAll(async () => {
  await close();
  await own.drop();
  await rm(directory, { recursive: true });
});

async function acceptPart(_url: string, _announced: number | null, body: Readable) {
  await reading;
  let sizeBytes = 0;
  for await (const chunk of body) sizeBytes += (chunk as Buffer).length;
  received.push(sizeBytes);
  return { partNumber: 1, sizeBytes, arrivedAt: new Date() };
}

interface Line {
  readonly socket: Socket;
  /** All that came back until the server hung up. */
  readonly ended: Promise<string>;
}

function openLine(): Line {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => {});
  const ended = new Promise<string>((resolve) => {
    socket.once("close", () => resolve(Buffer.concat(chunks).toString()));
  });
  return { socket, ended };
}

async function drip({ socket }: Line, bytes: number, everyMs: number): Promise<void> {
  while (!socket.destroyed) {
    socket.write("x".repeat(bytes));
    await pause(everyMs);
  }
}

const head = (request: string, ...headers: string[]) =>
  `${[`${request} HTTP/1.1`, "Host: localhost", ...headers].join("\r\n")}\r\n\r\n`;

test("a head that does not come is told so, and the line is closed", async () => {
  const line = openLine();
  line.socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nx-endless: ");
  void drip(line, 1, 50);
  const answer = await line.ended;
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ error: { code: "REQUEST_TOO_SLOW" } });
});

test("a line on which nobody speaks is closed, before a request and after one", async () => {
  await openLine().ended;
  const line = openLine();
  line.socket.write(head("GET /healthz"));
  expect(await line.ended).toMatch(/^HTTP\/1.1 200 /);
});

test.each([
  ["a call", "POST /trpc/uploads.create", "content-type: application/json"],
  ["a part", "PUT /uploads/parts/a/1", "content-type: application/octet-stream"],
  ["what nobody reads", "POST /nothing/here", "content-type: text/plain"],
])("%s whose body drips is hung up on", async (_, request, type) => {
  for (const length of ["content-length: 100000", "transfer-encoding: chunked"]) {
    const line = openLine();
    line.socket.write(head(request, type, length));
    // As a chunk of its own it is the start of a very long size: still a drip.
    void drip(line, 1, 40);
    await line.ended;
  }
  expect(received).toEqual([]);
});

test("a part on a slow line arrives, however long it takes", async () => {
  const line = openLine();
  const pieces = 60;
  line.socket.write(head("PUT /uploads/parts/a/1", `content-length: ${pieces * 1_000}`, "connection: close"));
  for (let piece = 0; piece < pieces; piece += 1) {
    line.socket.write("x".repeat(1_000));
    await pause(windowMs / 20);
  }
  expect(await line.ended).toMatch(/^HTTP\/1.1 200 /);
  expect(received).toEqual([pieces * 1_000]);
});

test("who waits for us is not hung up on", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  reading = promise;
  const line = openLine();
  const sizeBytes = 40 * 2 ** 20;
  line.socket.write(head("PUT /uploads/parts/a/1", `content-length: ${sizeBytes}`, "connection: close"));
  line.socket.write(Buffer.alloc(sizeBytes));
  await pause(3 * windowMs);
  resolve();
  expect(await line.ended).toMatch(/^HTTP\/1.1 200 /);
  expect(received.at(-1)).toBe(sizeBytes);
});

test("there are so many lines and no more, and one that is closed makes room", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  reading = promise;
  const connections = promisify(server.getConnections.bind(server));
  await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 90_000 });
  const lines = Array.from({ length: 8 }, openLine);
  const part = head("PUT /uploads/parts/a/1", "content-length: 1", "connection: close");
  for (const { socket } of lines) socket.write(`${part}x`);
  await vi.waitFor(async () => expect(await connections()).toBe(8), { timeout: 90_000 });
  const turnedAway = Array.from({ length: 4 }, openLine).map(({ ended }) => ended);
  expect(await Promise.all(turnedAway)).toEqual(["", "", "", ""]);
  resolve();
  for (const { ended } of lines) expect(await ended).toMatch(/^HTTP\/1.1 200 /);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
});
