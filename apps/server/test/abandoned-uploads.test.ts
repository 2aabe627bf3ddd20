import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Ports } from "@tilewright/core";
import { type ObjectStore, sourceKey } from "@tilewright/core/storage";
import { abortAbandonedUploads, planParts } from "@tilewright/core/upload";
import { createRepositories } from "@tilewright/db";
import { createTestDatabase, type TestDatabase } from "@tilewright/db/testing";
import { defaultSettings } from "@tilewright/pyramid";
import { DiskObjectStore } from "@tilewright/storage";
import { S3ObjectStore } from "@tilewright/storage/s3";
import { createTestBucket } from "@tilewright/storage/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const MiB = 2 ** 20;
const dayMs = 24 * 60 * 60 * 1_000;
let testDatabase: TestDatabase;
let directory: string;
let disk: DiskObjectStore;
let s3: S3ObjectStore;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), "tilewright-abandoned-"));
  disk = await DiskObjectStore.open({ directory, signingSecret: "a secret of this test" });
  const bucket = await createTestBucket();
  for (const [name, value] of Object.entries(bucket.environment)) vi.stubEnv(name, value);
  s3 = await S3ObjectStore.open({ url: new URL(bucket.storageUrl) });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await testDatabase?.drop();
  await rm(directory, { recursive: true, force: true });
});

describe.each(["disk", "s3"])("on %s", (kind) => {
  let ports: Ports;
  beforeAll(() => {
    const objects: ObjectStore = kind === "disk" ? disk : s3;
    const limits = { maxSourceBytes: 2 ** 40, maxAttempts: 3, leaseMs: 10_000, heartbeatMs: 1_000 };
    const mostOpenUploads = { count: 1_000, sizeBytes: 2 ** 40 };
    const settings = { ...limits, mostOpenUploads, sharesSameBytes: true, pyramid: defaultSettings };
    const chance = { random: Math.random, now: () => new Date() };
    ports = { ...createRepositories(testDatabase.database), objects, settings, ...chance };
  });

  /** An upload of one part that was opened so long ago. */
  async function open(ageMs: number) {
    const imageId = ports.newId();
    const layout = planParts(MiB);
    const multipart = await ports.objects.createMultipart(sourceKey(imageId), layout);
    const { key, storageUploadId } = multipart;
    const uploadId = ports.newId();
    const opening = { uploadId, imageId, fileName: "a.tif", metadata: {}, sourceKey: key, storageUploadId, ...layout };
    await ports.uploads.create(opening, ports.settings.mostOpenUploads);
    const { prisma } = testDatabase.database;
    const createdAt = new Date(Date.now() - ageMs);
    await prisma.upload.update({ where: { id: uploadId }, data: { createdAt } });
    return { uploadId, multipart };
  }
  async function send({ multipart }: Awaited<ReturnType<typeof open>>) {
    const { url } = await ports.objects.signPart(multipart, 1, MiB);
    const body = Buffer.alloc(MiB);
    if (kind === "disk") await disk.acceptPart(url, MiB, Readable.from([body]));
    else expect((await fetch(url, { method: "PUT", body: new Uint8Array(body) })).ok).toBe(true);
  }
  const statusOf = async ({ uploadId }: { uploadId: string }) => (await ports.uploads.find(uploadId))?.status;
  const sweep = (idleMs: number) => abortAbandonedUploads(ports, idleMs, new AbortController().signal);

  test("uploads that got nothing for too long are given up and counted, their parts removed", async () => {
    const [silent, begun, young] = [await open(8 * dayMs), await open(9 * dayMs), await open(6 * dayMs)];
    await send(begun);
    expect(await sweep(7 * dayMs)).toBe(1);
    expect(await statusOf(silent)).toBe("ABORTED");
    await expect(ports.objects.listParts(silent.multipart)).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
    // Its part has just arrived, though it was opened long ago.
    expect(await statusOf(begun)).toBe("OPEN");
    expect(await ports.objects.listParts(begun.multipart)).toHaveLength(1);
    expect(await statusOf(young)).toBe("OPEN");
    expect(await sweep(7 * dayMs)).toBe(0);
    // As if all of that had been long ago.
    expect(await sweep(-1_000)).toBe(2);
    await expect(ports.objects.listParts(begun.multipart)).rejects.toMatchObject({ code: "UPLOAD_CLOSED" });
  });

  test("one that is whole in the store, but not yet in the database, is left to be completed", async () => {
    const whole = await open(30 * dayMs);
    await send(whole);
    await ports.objects.completeMultipart(whole.multipart);
    expect(await sweep(-1_000)).toBe(0);
    expect(await statusOf(whole)).toBe("OPEN");
    expect(await ports.uploads.complete(whole.uploadId, 3)).toBe(true);
  });

  test("one that the store has forgotten is given up too", async () => {
    const forgotten = await open(30 * dayMs);
    await ports.objects.abortMultipart(forgotten.multipart);
    expect(await sweep(7 * dayMs)).toBe(1);
    expect(await statusOf(forgotten)).toBe("ABORTED");
  });
});
