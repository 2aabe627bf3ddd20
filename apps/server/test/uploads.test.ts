import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { putPart, refusedWith, startTestServer, type TestServer } from "./test-server.ts";

const MiB = 2 ** 20;
const sizeBytes = 20 * MiB;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ MAX_SOURCE_BYTES: String(2 ** 30) });
});
afterAll(() => server.stop());

const open = () => server.client.uploads.create.mutate({ fileName: "slide.tif", sizeBytes });
const part = (partNumber: number) => Buffer.alloc(partNumber === 3 ? 4 * MiB : 8 * MiB, partNumber);
const errorOf = async (response: Response) => ({
  status: response.status,
  code: ((await response.json()) as { error: { code: string } }).error.code,
});

test("parts in any order, one of them twice, become an image and its job", async () => {
  const upload = await open();
  expect(upload).toMatchObject({ partCount: 3, partSizeBytes: 8 * MiB, status: "OPEN", parts: [] });
  for (const partNumber of [3, 1, 1, 2]) {
    expect((await putPart(server, upload, partNumber, part(partNumber))).status).toBe(200);
  }
  const { uploadId } = upload;
  expect((await server.client.uploads.listParts.query({ uploadId })).parts).toHaveLength(3);
  const completed = await server.client.uploads.complete.mutate({ uploadId, sizeBytes });
  expect(await server.client.uploads.complete.mutate({ uploadId, sizeBytes })).toEqual(completed);
  expect(await server.client.images.get.query({ imageId: completed.imageId })).toMatchObject({
    name: "slide.tif",
    sizeBytes,
    tiling: { jobId: completed.jobId, status: "PENDING" },
  });
});

test("completing many times at once starts one job", async () => {
  const upload = await open();
  for (const partNumber of [1, 2, 3]) await putPart(server, upload, partNumber, part(partNumber));
  const { uploadId, imageId } = upload;
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => server.client.uploads.complete.mutate({ uploadId, sizeBytes })),
  );
  expect(new Set(answers.map((answer) => answer.jobId)).size).toBe(1);
  const { events } = await server.client.tiling.history.query({ imageId });
  expect(events.map((event) => event.cause)).toEqual(["SUBMITTED"]);
});

test("image, job, event and message stand or fall together", async () => {
  const upload = await open();
  for (const partNumber of [1, 2, 3]) await putPart(server, upload, partNumber, part(partNumber));
  const { prisma } = server.database;
  const { uploadId, imageId } = upload;
  // Fails at the very commit, after everything has been written.
  await prisma.$executeRaw`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END'`;
  await prisma.$executeRaw`
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON tiling_jobs
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()`;
  await expect(server.client.uploads.complete.mutate({ uploadId, sizeBytes })).rejects.toMatchObject({
    data: { tilewright: { code: "INTERNAL" } },
  });
  expect(await prisma.image.count({ where: { id: imageId } })).toBe(0);
  expect(await prisma.tilingJob.count({ where: { imageId } })).toBe(0);
  const state = await server.client.uploads.listParts.query({ uploadId });
  expect(state).toMatchObject({ status: "OPEN", parts: [{ partNumber: 1 }, { partNumber: 2 }, { partNumber: 3 }] });

  await prisma.$executeRaw`DROP TRIGGER refuse ON tiling_jobs`;
  const { jobId } = await server.client.uploads.complete.mutate({ uploadId, sizeBytes });
  const claimed: string[] = [];
  for (;;) {
    const { assignment } = await server.worker.tiling.claim.mutate({ workerId: "worker-a", waitMs: 0 });
    if (!assignment) break;
    claimed.push(assignment.jobId);
  }
  expect(claimed.filter((each) => each === jobId)).toHaveLength(1);
});

describe("what is refused", () => {
  test("an empty file and a file too large, before anything is stored", async () => {
    const create = (size: number) => server.client.uploads.create.mutate({ fileName: "a.tif", sizeBytes: size });
    await expect(create(0)).rejects.toEqual(refusedWith("EMPTY_FILE"));
    await expect(create(2 ** 30 + 1)).rejects.toEqual(refusedWith("FILE_TOO_LARGE"));
    await expect(create(-1)).rejects.toEqual(refusedWith("INVALID_INPUT"));
  });

  test("a slide's file without its folder, which nobody could tell from a photograph later", async () => {
    const creating = server.client.uploads.create.mutate({ fileName: "Slide.MRXS", sizeBytes: 1 });
    await expect(creating).rejects.toEqual(refusedWith("SLIDE_INCOMPLETE"));
  });

  test("a part too large or too small", async () => {
    const upload = await open();
    const tooLarge = await putPart(server, upload, 1, Buffer.alloc(8 * MiB + 1));
    expect(await errorOf(tooLarge)).toEqual({ status: 413, code: "PART_TOO_LARGE" });
    const tooSmall = await putPart(server, upload, 1, Buffer.alloc(100));
    expect(await errorOf(tooSmall)).toEqual({ status: 400, code: "PART_TOO_SMALL" });
    const { parts } = await server.client.uploads.listParts.query({ uploadId: upload.uploadId });
    expect(parts).toEqual([]);
  });

  test("a part that the upload does not have", async () => {
    const { uploadId } = await open();
    for (const partNumber of [0, 4]) {
      await expect(server.client.uploads.signParts.mutate({ uploadId, partNumbers: [partNumber] })).rejects.toEqual(
        refusedWith("PART_NUMBER_OUT_OF_RANGE"),
      );
    }
  });

  test("an address that was tampered with", async () => {
    const { uploadId } = await open();
    const { parts } = await server.client.uploads.signParts.mutate({ uploadId, partNumbers: [1] });
    const forged = new URL((parts[0]?.url ?? "").replace("/1?", "/2?"), server.address);
    const response = await fetch(forged, { method: "PUT", body: new Uint8Array(8 * MiB) });
    expect(await errorOf(response)).toEqual({ status: 403, code: "PART_URL_INVALID" });
  });

  test("completing while parts are missing, which are named", async () => {
    const upload = await open();
    await putPart(server, upload, 2, part(2));
    const { uploadId } = upload;
    await expect(server.client.uploads.complete.mutate({ uploadId, sizeBytes })).rejects.toMatchObject({
      data: { tilewright: { code: "PARTS_MISSING", details: { missing: [1, 3], missingCount: 2 } } },
    });
    expect(await server.client.uploads.listParts.query({ uploadId })).toMatchObject({ status: "OPEN" });
  });

  test("a wrong total", async () => {
    const upload = await open();
    for (const partNumber of [1, 2, 3]) await putPart(server, upload, partNumber, part(partNumber));
    const { uploadId } = upload;
    await expect(server.client.uploads.complete.mutate({ uploadId, sizeBytes: sizeBytes - 1 })).rejects.toEqual(
      refusedWith("SIZE_MISMATCH"),
    );
  });

  test("everything about an unknown upload", async () => {
    const uploadId = randomUUID();
    const { uploads } = server.client;
    await expect(uploads.listParts.query({ uploadId })).rejects.toEqual(refusedWith("UPLOAD_NOT_FOUND"));
    await expect(uploads.complete.mutate({ uploadId, sizeBytes })).rejects.toEqual(refusedWith("UPLOAD_NOT_FOUND"));
    await expect(uploads.abort.mutate({ uploadId })).rejects.toEqual(refusedWith("UPLOAD_NOT_FOUND"));
  });
});

test("an aborted upload takes nothing any more and leaves nothing on the disk", async () => {
  const upload = await open();
  await putPart(server, upload, 1, part(1));
  const { uploadId } = upload;
  const { parts } = await server.client.uploads.signParts.mutate({ uploadId, partNumbers: [2] });
  expect(await server.client.uploads.abort.mutate({ uploadId })).toMatchObject({ status: "ABORTED" });
  expect(await server.client.uploads.abort.mutate({ uploadId })).toMatchObject({ status: "ABORTED" });
  const late = await fetch(new URL(parts[0]?.url ?? "", server.address), {
    method: "PUT",
    body: new Uint8Array(8 * MiB),
  });
  expect(await errorOf(late)).toEqual({ status: 409, code: "UPLOAD_CLOSED" });
  await expect(server.client.uploads.complete.mutate({ uploadId, sizeBytes })).rejects.toEqual(
    refusedWith("UPLOAD_CLOSED"),
  );
  const { prisma } = server.database;
  const row = await prisma.upload.findUniqueOrThrow({ where: { id: uploadId } });
  expect(await readdir(join(server.dataDirectory, "storage", "uploads"))).not.toContain(row.storageUploadId);
});
