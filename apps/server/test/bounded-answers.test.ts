import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusedWith, startTestServer, submit, type TestServer } from "./test-server.ts";

let server: TestServer;
const imageIds = Array.from({ length: 101 }, (_, n) => `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`);
const jobIds = imageIds.map((id) => id.replace("8000", "9000"));
beforeAll(async () => {
  server = await startTestServer();
  await fill();
});
afterAll(() => server.stop());

/** As much as any row ever held: before metadata had a limit in bytes, they could have 100 kB. */
async function fill(): Promise<void> {
  const { prisma } = server.database;
  const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key ${n}`, "x".repeat(2_000)]));
  const name = "€".repeat(255);
  const reason = "€".repeat(2_000);
  await prisma.image.createMany({
    data: imageIds.map((id) => ({ id, name, sizeBytes: 1, sourceKey: `images/${id}/source`, metadata })),
  });
  await prisma.tilingJob.createMany({
    data: imageIds.map((imageId, n) => ({
      id: jobIds[n] ?? "",
      imageId,
      datasetName: name,
      datasetMetadata: metadata,
      status: "FAILED" as const,
      failureCode: "INTERNAL" as const,
      failureReason: reason,
      maxAttempts: 3,
    })),
  });
  await prisma.tilingJobEvent.createMany({
    data: Array.from({ length: 1_200 }, () => ({
      jobId: jobIds[0] ?? "",
      attempt: 1,
      to: "FAILED" as const,
      detail: { cause: "FAILED", reason },
    })),
  });
}

const batched = (procedure: string, count: number, input: unknown) => {
  const inputs = JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [n, input])));
  const path = Array.from({ length: count }, () => procedure).join(",");
  return fetch(`${server.address}/trpc/${path}?batch=1&input=${encodeURIComponent(inputs)}`);
};

describe("whatever is asked for, the answer has an end", () => {
  test.each([
    ["images.list", { limit: 100 }],
    ["tiling.list", { limit: 100 }],
    ["tiling.history", { jobId: jobIds[0] }],
    ["images.get", { imageId: imageIds[0] }],
    ["tiling.getStatus", { jobId: jobIds[0] }],
  ])("%s", async (procedure, input) => {
    const response = await batched(procedure, 20, input);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(20 * 300 * 1024);
  });

  test("more calls than belong into one request are refused as JSON", async () => {
    for (const count of [21, 100]) {
      const response = await batched("images.list", count, {});
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { data: { tilewright: { code: "INVALID_INPUT" } } } });
    }
    const post = await fetch(`${server.address}/trpc/${"uploads.create,".repeat(20)}uploads.create?batch=1`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(post.status).toBe(400);
  });

  test("the client shares out what it asks at the same time", async () => {
    const asked = imageIds.slice(0, 45).map((imageId) => server.client.tiling.getStatus.query({ imageId }));
    expect((await Promise.all(asked)).map(({ imageId }) => imageId)).toEqual(imageIds.slice(0, 45));
  });

  test("what is wrong is told in a few sentences, however much is wrong", async () => {
    const partNumbers = Array.from({ length: 20_000 }, () => "x");
    const response = await fetch(`${server.address}/trpc/uploads.signParts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ uploadId: randomUUID(), partNumbers }),
    });
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(3_000);
  });
});

describe("pages", () => {
  test("of images lead through all of them, without what their uploaders said", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await server.client.images.list.query({ limit: 100, cursor });
      expect(page.images[0]).not.toHaveProperty("metadata");
      expect(page.images[0]?.tiling).not.toHaveProperty("datasetMetadata");
      seen.push(...page.images.map(({ imageId }) => imageId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(imageIds.toReversed());
    expect((await server.client.images.get.query({ imageId: imageIds[0] ?? "" })).metadata).toHaveProperty("key 0");
  });

  test("end where there is nothing behind", async () => {
    const { nextCursor } = await server.client.images.list.query({ limit: 1, cursor: imageIds[1] });
    expect(nextCursor).toBeNull();
    expect((await server.client.tiling.list.query({ limit: 1, cursor: jobIds[1] })).nextCursor).toBeNull();
  });

  test("of a history lead through all of it", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await server.client.tiling.history.query({ jobId: jobIds[0] ?? "", cursor });
      seen.push(...page.events.map(({ eventId }) => eventId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(1_200);
    expect(seen).toHaveLength(1_200);
  });

  test("are there without any input", async () => {
    for (const procedure of ["images.list", "tiling.list"]) {
      const response = await fetch(`${server.address}/trpc/${procedure}`);
      expect(response.status).toBe(200);
    }
    expect((await server.client.images.list.query()).images.length).toBeGreaterThan(1);
  });
});

describe("text that can't be stored is refused, and leaves nothing behind", () => {
  const call = (procedure: string, input: unknown) =>
    fetch(`${server.address}/trpc/${procedure}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer the worker token of a test" },
      body: JSON.stringify(input),
    });
  const file = { fileName: "a.tif", sizeBytes: 9 };
  const held = { jobId: randomUUID(), attempt: 1 };

  test.each(["\0", "\uD800", "\uDFFF"])("%j", async (bad) => {
    const before = await readdir(join(server.dataDirectory, "storage", "uploads"));
    const answers = await Promise.all([
      call("uploads.create", { ...file, fileName: `a${bad}.tif` }),
      call("uploads.create", { ...file, metadata: { [`key${bad}`]: 1 } }),
      call("uploads.create", { ...file, metadata: { key: `value${bad}` } }),
      call("tiling.claim", { workerId: `worker${bad}`, waitMs: 0 }),
      call("tiling.markFailed", { ...held, code: "INTERNAL", reason: `why${bad}` }),
      call("tiling.markComplete", { ...held, metadataPath: bad, pyramid: {} }),
      call("images.delete", { imageId: bad }),
      call("tiling.cancel", { jobId: bad }),
      fetch(`${server.address}/trpc/tiling.history?input=${encodeURIComponent(JSON.stringify({ jobId: bad }))}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    expect(await readdir(join(server.dataDirectory, "storage", "uploads"))).toEqual(before);
  });

  test.each(["%00", "%ed%a0%80", "%", "..%2f..%2fetc", "%e2%80%ae"])("in an address: %s", async (bad) => {
    const id = randomUUID();
    const paths = [
      `/images/${bad}.dzi`,
      `/images/${bad}/source`,
      `/pyramids/${bad}.dzi`,
      `/pyramids/${bad}/manifest.json`,
      `/pyramids/${id}_files/0/${bad}.jpg`,
      `/iiif/${bad}/info.json`,
      `/iiif/${id}/full/max/0/${bad}`,
      `/xyz/${id}/tiles.json?edge=${bad}`,
      `/previews/${id}/1/0/${bad}`,
      `/trpc/${bad}`,
      `/trpc/images.get?input=${bad}`,
      `/${bad}`,
      `/assets/${bad}.js`,
    ];
    for (const path of paths) {
      const response = await fetch(server.address + path);
      expect([path, response.status]).toEqual([
        path,
        expect.toSatisfy((status: number) => [400, 404, 405].includes(status)),
      ]);
      expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    }
  });

  test("numbers beyond the database's are refused too", async () => {
    const beat = { ...held, stage: "TILING", tilesDone: 2 ** 31, tilesTotal: null };
    expect((await call("tiling.heartbeat", beat)).status).toBe(400);
    expect((await call("tiling.handBack", { ...held, attempt: 2 ** 40 })).status).toBe(400);
  });
});

test("a name that would turn the text about it is told harmlessly, and kept as it is", async () => {
  const name = "photo\u202Egpj.exe";
  const { imageId, jobId } = await submit(server, name);
  expect(await server.client.images.get.query({ imageId })).toMatchObject({ name: "photo\uFFFDgpj.exe" });
  expect(await server.client.tiling.getStatus.query({ jobId })).toMatchObject({ datasetName: "photo\uFFFDgpj.exe" });
  const row = await server.database.prisma.image.findUniqueOrThrow({ where: { id: imageId } });
  expect(row.name).toBe(name);
});

test("metadata of more than 8 kB are refused", async () => {
  const metadata = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`key ${n}`, "x".repeat(2_000)]));
  await expect(server.client.uploads.create.mutate({ fileName: "a.tif", sizeBytes: 1, metadata })).rejects.toEqual(
    refusedWith("INVALID_INPUT"),
  );
});
