import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
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

test("a name that is not loopback's is turned away, though it leads here", async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(server.address);
    const asking = request(
      { hostname, port, path: "/trpc/images.list", headers: { host: "evil.example" } },
      (response) => resolve(response.resume().statusCode),
    );
    asking.once("error", reject).end();
  });
  expect(status).toBe(421);
});

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
