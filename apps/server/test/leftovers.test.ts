import { randomUUID } from "node:crypto";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { jobDomains } from "@tilewright/core";
import { attemptPrefix, imagesPrefix, reclaimObjects, sourceKey, sweepStore } from "@tilewright/core/storage";
import {
  cancelTiling,
  claimTiling,
  completeTiling,
  handBackTiling,
  manifestKey,
  pyramidKey,
} from "@tilewright/core/tiling";
import { abortUpload, completeAssembledUploads, completeUpload } from "@tilewright/core/upload";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestPorts, openUpload, submit, type TestPorts } from "./test-ports.ts";
import { pyramid } from "./test-server.ts";

let own: TestPorts;
beforeEach(async () => {
  own = await createTestPorts();
});
afterEach(() => own.drop());

const never = new AbortController().signal;
const sweep = () => sweepStore(own.ports, never);
const stored = async (prefix = imagesPrefix) =>
  (await Array.fromAsync(own.ports.objects.list(prefix))).map(({ key }) => key).sort();
const put = (key: string) => own.ports.objects.put(key, Buffer.from("x"));

async function publish(prefix: string): Promise<string[]> {
  const keys = [manifestKey(prefix), pyramidKey(prefix)];
  for (const key of keys) await put(key);
  return keys;
}

async function claimed() {
  const { assignment } = await claimTiling(own.ports, { workerId: "worker", waitMs: 0 }, never);
  if (!assignment) throw new Error("Nothing to claim.");
  return assignment;
}

describe("objects", () => {
  test("what a finished job published stays, and so does what the attempt in progress writes", async () => {
    const finished = await submit(own);
    const first = await claimed();
    const metadataPath = manifestKey(first.outputPrefix);
    const kept = await publish(first.outputPrefix);
    await completeTiling(own.ports, { jobId: first.jobId, attempt: 1, metadataPath, pyramid });
    const running = await submit(own);
    kept.push(...(await publish((await claimed()).outputPrefix)));
    expect(await sweep()).toBe(0);
    expect(await stored()).toEqual([...kept, sourceKey(finished.imageId), sourceKey(running.imageId)].sort());
  });

  test("attempts that are over are reclaimed, whatever became of their job", async () => {
    const { imageId, jobId } = await submit(own);
    const { outputPrefix } = await claimed();
    await publish(outputPrefix);
    await cancelTiling(own.ports, { jobId });
    await publish(attemptPrefix(jobDomains.tiling, { imageId, jobId, attempt: 2 }));
    await publish(attemptPrefix(jobDomains.tiling, { imageId, jobId: randomUUID(), attempt: 1 }));
    expect(await sweep()).toBe(6);
    expect(await stored()).toEqual([sourceKey(imageId)]);
  });

  test("what somebody has copied to another image goes alone", async () => {
    const { imageId } = await submit(own);
    const { jobId, outputPrefix } = await claimed();
    const kept = await publish(outputPrefix);
    await completeTiling(own.ports, { jobId, attempt: 1, metadataPath: manifestKey(outputPrefix), pyramid });
    await publish(attemptPrefix(jobDomains.tiling, { imageId: randomUUID(), jobId, attempt: 1 }));
    expect(await sweep()).toBe(2);
    expect(await stored()).toEqual([...kept, sourceKey(imageId)].sort());
  });

  test("an earlier attempt is reclaimed while the next one is at work", async () => {
    const { imageId, jobId } = await submit(own);
    await publish((await claimed()).outputPrefix);
    await handBackTiling(own.ports, { jobId, attempt: 1 });
    const kept = await publish((await claimed()).outputPrefix);
    expect(await sweep()).toBe(2);
    expect(await stored()).toEqual([...kept, sourceKey(imageId)].sort());
  });

  test("what a frozen worker writes to a slide that was deleted meanwhile is reclaimed", async () => {
    const { imageId } = await submit(own);
    const { outputPrefix } = await claimed();
    await own.ports.images.delete(imageId);
    expect(await reclaimObjects(own.ports, never)).toBe(1);
    expect(await own.ports.images.findReclaims(10)).toEqual([]);
    await publish(outputPrefix);
    expect(await sweep()).toBe(2);
    expect(await stored()).toEqual([]);
    expect(await readdir(join(own.directory, "objects"))).toEqual(["installation"]);
  });

  test("a source that nobody will ever complete goes; one that is about to be completed stays", async () => {
    const { objects } = own.ports;
    const aborted = await openUpload(own);
    await abortUpload(own.ports, { uploadId: aborted.uploadId });
    await put(aborted.sourceKey);
    await put(sourceKey(randomUUID()));
    const open = await openUpload(own);
    await objects.completeMultipart({ key: open.sourceKey, storageUploadId: open.storageUploadId });
    expect(await sweep()).toBe(2);
    expect(await stored()).toEqual([open.sourceKey]);
  });

  test("what is not in the form of our own keys is somebody else's", async () => {
    const foreign = ["images/readme.txt", `images/${randomUUID()}/notes`, "images/x/source"];
    for (const key of [...foreign, "backup/images/x/source"]) await put(key);
    expect(await sweep()).toBe(0);
    expect(await stored()).toEqual(foreign.sort());
    expect(await own.ports.objects.head("backup/images/x/source")).not.toBeNull();
  });

  test("a database that did not mark the store sweeps nothing in it", async () => {
    await put(sourceKey(randomUUID()));
    await own.ports.objects.put("installation", Buffer.from(randomUUID()));
    await expect(sweep()).rejects.toMatchObject({ code: "STORE_OF_OTHER_DATABASE" });
    expect(await stored()).toHaveLength(1);
    await own.ports.objects.put("installation", Buffer.alloc(0));
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
  });
});

describe("uploads", () => {
  const folderOf = (storageUploadId: string) => join(own.directory, "uploads", storageUploadId);
  const anHourAgo = new Date(Date.now() - 61 * 60_000);

  test("parts that no open upload stands behind are reclaimed an hour after they were begun", async () => {
    const open = await openUpload(own);
    const rowless = await own.ports.objects.createMultipart(sourceKey(randomUUID()), open);
    expect(await sweep()).toBe(0);
    for (const { storageUploadId } of [open, rowless]) await utimes(folderOf(storageUploadId), anHourAgo, anHourAgo);
    const fresh = await own.ports.objects.createMultipart(sourceKey(randomUUID()), open);
    expect(await sweep()).toBe(1);
    expect((await readdir(join(own.directory, "uploads"))).sort()).toEqual(
      [open.storageUploadId, fresh.storageUploadId].sort(),
    );
    expect(await completeUpload(own.ports, { uploadId: open.uploadId, sizeBytes: 1 })).toMatchObject({
      imageId: open.imageId,
    });
  });

  test("a pyramid is published in parts for as long as its attempt takes, and no longer", async () => {
    const { jobId } = await submit(own);
    const { outputPrefix } = await claimed();
    const parts = { sizeBytes: 1, partSizeBytes: 1, partCount: 1 };
    const { storageUploadId } = await own.ports.objects.createMultipart(pyramidKey(outputPrefix), parts);
    await utimes(folderOf(storageUploadId), anHourAgo, anHourAgo);
    expect(await sweep()).toBe(0);
    await cancelTiling(own.ports, { jobId });
    expect(await sweep()).toBe(1);
    expect(await readdir(join(own.directory, "uploads"))).toEqual([]);
  });

  test("an upload that was assembled and never completed is completed, once, however many look", async () => {
    const {
      objects,
      jobs: { tiling },
    } = own.ports;
    const upload = await openUpload(own);
    await openUpload(own);
    const multipart = { key: upload.sourceKey, storageUploadId: upload.storageUploadId };
    await objects.completeMultipart(multipart);
    expect(await tiling.findFirst(upload.imageId)).toBeNull();
    const found = await Promise.all([1, 2, 3].map(() => completeAssembledUploads(own.ports, never)));
    expect(found.reduce((sum, count) => sum + count)).toBe(1);
    const job = await tiling.findFirst(upload.imageId);
    expect(job).toMatchObject({ status: "PENDING", attempt: 0 });
    const { uploadId, imageId } = upload;
    expect(await completeUpload(own.ports, { uploadId, sizeBytes: 1 })).toEqual({ imageId, jobId: job?.jobId });
  });
});
