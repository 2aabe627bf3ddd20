import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const get = (path: string) => fetch(new URL(path, server.address));

test("the page may load nothing from elsewhere", async () => {
  const policy = (await get("/")).headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/https?:|\*/);
});

test("it answers to its own names and to those it was given, whatever leads here", async () => {
  const named = await startTestServer({ ALLOWED_HOSTS: "slides.example.org, other.example.org." });
  onTestFinished(() => named.stop());
  for (const host of [
    "localhost",
    "127.0.0.1:1",
    "[::1]:8420",
    "slides.example.org",
    "Slides.Example.org.:443",
    "other.example.org",
  ]) {
    expect(await askAs(named, host)).toMatchObject({ status: 200 });
  }
  for (const host of [
    "evil.example",
    "slides.example.org.evil.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
  ]) {
    expect(await askAs(named, host)).toMatchObject({
      status: 421,
      body: { error: { code: "HOST_NOT_ALLOWED", message: expect.stringContaining("ALLOWED_HOSTS") } },
    });
  }
  expect(await askAs(server, "slides.example.org")).toMatchObject({ status: 421 });
});

test("on every interface, it asks for the names just the same", async () => {
  const open = await startTestServer({ HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true" });
  onTestFinished(() => open.stop());
  expect(await askAs(open, "evil.example")).toMatchObject({ status: 421 });
  expect(await askAs(open, "0.0.0.0")).toMatchObject({ status: 421 });
  expect(await askAs(open, "localhost")).toMatchObject({ status: 200 });
});

test("it answers to the address that it listens on, however that was spelt", async () => {
  const odd = await startTestServer({ HOST: "0:0:0::1", ALLOW_ANONYMOUS: "true" });
  onTestFinished(() => odd.stop());
  expect((await fetch(`${odd.address}/healthz`)).status).toBe(200);
  const other = await startTestServer({ HOST: "127.0.0.2" });
  onTestFinished(() => other.stop());
  expect((await fetch(`${other.address}/healthz`)).status).toBe(200);
});

/** Asks a server by another name, as its visitors' browsers do. */
async function askAs({ address }: TestServer, host: string): Promise<{ status: number | undefined; body: unknown }> {
  const { port } = new URL(address);
  const asking = request({ hostname: "127.0.0.1", port, path: "/trpc/images.list?input=%7B%7D", headers: { host } });
  const [response] = (await once(asking.end(), "response")) as [IncomingMessage];
  return { status: response.statusCode, body: await json(response) };
}

test("a fault of the program leaves as a request id and nothing else of itself", async () => {
  const { prisma } = server.database;
  await prisma.$executeRaw`ALTER TABLE images RENAME TO images_away`;
  const response = await get("/trpc/images.list?input=%7B%7D");
  const text = await response.text();
  await prisma.$executeRaw`ALTER TABLE images_away RENAME TO images`;
  expect(response.status).toBe(500);
  expect(text).not.toMatch(/prisma|images_away|at .*\.ts/i);
  expect(JSON.parse(text)).toMatchObject({
    error: { data: { tilewright: { code: "INTERNAL", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) } } },
  });
});

test("questions asked at the same time share one request", async () => {
  const { jobs } = await server.client.tiling.list.query({});
  const [list, images] = await Promise.all([server.client.tiling.list.query({}), server.client.images.list.query({})]);
  expect(list.jobs).toEqual(jobs);
  expect(images.nextCursor).toBeNull();
});
