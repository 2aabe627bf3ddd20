import { S3ObjectStore } from "@tilewright/storage/s3";
import { createTestBucket, FaultyLine, storageUrlOf } from "@tilewright/storage/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { claim, putPart, refusedWith, startTestServer, type TestServer } from "./test-server.ts";

const MiB = 2 ** 20;
const sizeBytes = 20 * MiB;
let line: FaultyLine;
let store: S3ObjectStore;
let server: TestServer;
let storageUrl: string;
beforeAll(async () => {
  const bucket = await createTestBucket();
  const { environment } = bucket;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  store = await S3ObjectStore.open({ url: new URL(bucket.storageUrl) });
  line = await FaultyLine.to(store.partOrigin);
  storageUrl = storageUrlOf(new URL(bucket.storageUrl).hostname, line.address);
  server = await startTestServer({ STORAGE_URL: storageUrl });
});
afterAll(async () => {
  await server.stop();
  await line.close();
  vi.unstubAllEnvs();
});

const source = () => Buffer.alloc(sizeBytes, "a whole slide image ");
const blob = () => new Blob([source()]);
const open = () => server.client.uploads.create.mutate({ fileName: "slide.tif", sizeBytes });
const sendAll = async (upload: Awaited<ReturnType<typeof open>>) => {
  for (const partNumber of [1, 2, 3]) {
    const start = (partNumber - 1) * 8 * MiB;
    const { ok } = await putPart(server, upload, partNumber, source().subarray(start, start + 8 * MiB));
    expect(ok).toBe(true);
  }
};
const multipartOf = async (uploadId: string) => {
  const row = await server.database.prisma.upload.findUniqueOrThrow({ where: { id: uploadId } });
  return { key: row.sourceKey, storageUploadId: row.storageUploadId };
};

test("the page may send parts to the store, and load nothing else from there", async () => {
  const policy = (await fetch(server.address)).headers.get("content-security-policy") ?? "";
  expect(policy).toContain(`connect-src 'self' ${line.address};`);
  expect(policy.replace(`connect-src 'self' ${line.address};`, "")).not.toMatch(/https?:|\*/);
});

test("parts go to the store itself and become an image, its job and its source", async () => {
  const before = line.sentBytes;
  const { imageId, jobId } = await server.client.uploadImage(blob(), { fileName: "slide.tif" });
  expect(line.sentBytes - before).toBeGreaterThan(sizeBytes);
  expect(await server.client.tiling.getStatus.query({ imageId })).toMatchObject({ jobId, status: "PENDING" });
  const { sourceKey, sourceSizeBytes } = await claim(server);
  expect(sourceSizeBytes).toBe(sizeBytes);
  expect(Buffer.concat(await Array.fromAsync(store.get(sourceKey), Buffer.from)).equals(source())).toBe(true);
});

test("an upload goes on from the store's own list of parts", async () => {
  const upload = await open();
  await putPart(server, upload, 2, source().subarray(8 * MiB, 16 * MiB));
  let resumedFrom = 0;
  const before = line.sentBytes;
  await server.client.uploadImage(blob(), {
    uploadId: upload.uploadId,
    onProgress: ({ sentBytes }) => {
      resumedFrom ||= sentBytes;
    },
  });
  expect(resumedFrom).toBe(8 * MiB);
  expect(line.sentBytes - before).toBeLessThan(13 * MiB);
});

test("a part that the line cut off is sent again by itself", async () => {
  const upload = await open();
  line.faults.push({ kind: "cut", afterBytes: 0 }, { kind: "cut", afterBytes: 0 });
  await server.client.uploadImage(blob(), { uploadId: upload.uploadId });
  expect(line.faults).toEqual([]);
  expect(await store.head((await multipartOf(upload.uploadId)).key)).toMatchObject({ sizeBytes });
});

test("a completion that died between the store and the database is healed by asking again", async () => {
  const upload = await open();
  await sendAll(upload);
  const { uploadId } = upload;
  await store.completeMultipart(await multipartOf(uploadId));
  expect(await server.client.uploads.listParts.query({ uploadId })).toMatchObject({
    status: "OPEN",
    parts: [{ partNumber: 1 }, { partNumber: 2 }, { partNumber: 3 }],
  });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => server.client.uploads.complete.mutate({ uploadId, sizeBytes })),
  );
  expect(new Set(answers.map(({ jobId }) => jobId)).size).toBe(1);
});

test("completing many times at once starts one job", async () => {
  const upload = await open();
  await sendAll(upload);
  const { uploadId } = upload;
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => server.client.uploads.complete.mutate({ uploadId, sizeBytes })),
  );
  expect(new Set(answers.map(({ jobId }) => jobId)).size).toBe(1);
});

test("nothing is completed while parts are missing, and a part of the wrong length is one", async () => {
  const upload = await open();
  const { uploadId } = upload;
  await putPart(server, upload, 1, source().subarray(0, 8 * MiB));
  expect((await putPart(server, upload, 3, Buffer.alloc(MiB))).status).toBe(403);
  // As a store would have it that does not hold a part to its length.
  const unbound = await store.signPart(await multipartOf(uploadId), 2, MiB);
  await fetch(unbound.url, { method: "PUT", body: new Uint8Array(MiB) });
  expect((await server.client.uploads.listParts.query({ uploadId })).parts).toMatchObject([{ partNumber: 1 }]);
  await expect(server.client.uploads.complete.mutate({ uploadId, sizeBytes })).rejects.toMatchObject({
    data: { tilewright: { code: "PARTS_MISSING", details: { missing: [2, 3] } } },
  });
});

test("an aborted upload leaves no parts in the store", async () => {
  const upload = await open();
  await putPart(server, upload, 1, source().subarray(0, 8 * MiB));
  const multipart = await multipartOf(upload.uploadId);
  await server.client.uploads.abort.mutate({ uploadId: upload.uploadId });
  await expect(store.listParts(multipart)).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
  await expect(server.client.uploads.complete.mutate({ uploadId: upload.uploadId, sizeBytes })).rejects.toEqual(
    refusedWith("UPLOAD_CLOSED"),
  );
});

test("a server by itself gives up uploads that nobody goes on with", async () => {
  const upload = await open();
  await putPart(server, upload, 1, source().subarray(0, 8 * MiB));
  const multipart = await multipartOf(upload.uploadId);
  // Another server on the same database and bucket, with less patience.
  const impatient = await startTestServer({
    DATABASE_URL: server.databaseUrl,
    STORAGE_URL: storageUrl,
    ABANDONED_AFTER_MS: "300",
  });
  const status = async () => (await server.client.uploads.listParts.query({ uploadId: upload.uploadId })).status;
  await expect.poll(status, { timeout: 90_000 }).toBe("ABORTED");
  await impatient.stop();
  await expect(store.listParts(multipart)).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
});
