import { createHash } from "node:crypto";
import { deleteImage } from "@tilewright/core/image";
import { checkHistory, jobsInUse } from "@tilewright/core/jobs";
import { imagesPrefix, reclaimObjects, sourceKey, sweepStore } from "@tilewright/core/storage";
import {
  cancelTiling,
  checkPublished,
  claimTiling,
  failTiling,
  getTilingHistory,
  getTilingStatus,
  type PyramidSettings,
  retryTiling,
  reuseTiling,
} from "@tilewright/core/tiling";
import {
  abortAbandonedUploads,
  completeUpload,
  createUpload,
  isSizeKnown,
  type UploadState,
} from "@tilewright/core/upload";
import { openHistories } from "@tilewright/db";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditPyramids } from "../src/audit/audit-pyramids.ts";
import { observePublished } from "../src/invariants/observe-published.ts";
import { makePyramid, publish, type RealPyramid } from "./published.ts";
import { createTestPorts, openUpload, submit, type TestPorts } from "./test-ports.ts";

let made: RealPyramid;
let own: TestPorts;
beforeAll(async () => {
  made = await makePyramid();
});
beforeEach(async () => {
  own = await createTestPorts();
});
afterEach(() => own.drop());

const never = new AbortController().signal;
/** Of the one byte that every upload of these tests has. */
const sha256 = createHash("sha256").update("x").digest("hex");
const settings: PyramidSettings = { tileSizePx: 256, tileFormat: "jpeg", quality: 80 };
const keys = async () => (await Array.fromAsync(own.ports.objects.list(imagesPrefix))).map(({ key }) => key).sort();
const statusOf = (imageId: string) => getTilingStatus(own.ports, { imageId });
const drop = (change: { sha256?: string; sizeBytes?: number } = {}) =>
  createUpload(own.ports, { fileName: "again.tif", sizeBytes: 1, metadata: {}, sha256, ...change });
const audit = () => auditPyramids(own.ports, Number.MAX_SAFE_INTEGER, never);
async function remove(imageId: string) {
  await deleteImage(own.ports, { imageId });
  await reclaimObjects(own.ports, never);
}

async function tiled() {
  await submit(own);
  return publish(own, made);
}

/** The same bytes are uploaded, and a worker reads them. */
async function read(change: Partial<{ sourceSha256: string; settings: PyramidSettings }> = {}) {
  const { imageId } = await submit(own);
  const { assignment } = await claimTiling(own.ports, { workerId: "worker", waitMs: 0 }, never);
  const { jobId = "", attempt = 1 } = assignment ?? {};
  const status = await reuseTiling(own.ports, { jobId, attempt, sourceSha256: sha256, settings, ...change });
  return { imageId, jobId, status };
}

/** That of every image what it shows is in the store, and its story whole. */
async function expectInvariants() {
  const histories = openHistories(own.url, (error) => expect.fail(error.message));
  try {
    for await (const { now, histories: page } of histories.pages()) {
      for (const history of page) {
        expect(checkHistory(history, { now, recoveryMs: 60_000, isSettled: false })).toEqual([]);
        for (const { jobId } of history.domains.flatMap(jobsInUse)) {
          const shown = await own.ports.jobs.tiling.find({ jobId });
          if (!shown) throw new Error("The job is gone.");
          expect(checkPublished(shown, await observePublished(own.ports.objects, shown, true))).toEqual([]);
        }
      }
    }
  } finally {
    await histories.close();
  }
}

describe("bytes that were uploaded again", () => {
  test("complete at once with the pyramid that is there, and are not kept twice", async () => {
    const first = await tiled();
    const second = await read();
    expect(second.status).toMatchObject({
      status: "COMPLETED",
      isReused: true,
      metadataPath: first.manifestKey,
      pyramid: { tileCount: made.pyramid.tileCount },
    });
    const { events } = await getTilingHistory(own.ports, { imageId: second.imageId });
    expect(events.map(({ cause }) => cause)).toEqual(["SUBMITTED", "CLAIMED", "REUSED"]);
    expect(events.at(-1)?.reason).toBe("The same file was tiled before, as slide.tif.");
    await reclaimObjects(own.ports, never);
    expect(await keys()).toEqual([sourceKey(first.imageId), first.manifestKey, first.pyramidKey].sort());
    await expectInvariants();
  });

  test.each([
    ["other bytes", { sourceSha256: "0".repeat(64) }],
    ["tiles of another size", { settings: { ...settings, tileSizePx: 512 } }],
    ["tiles of another format", { settings: { ...settings, tileFormat: "webp" } }],
  ] as const)("with %s are tiled", async (_, change) => {
    await tiled();
    expect((await read(change)).status).toMatchObject({ status: "IN_PROGRESS", isReused: false });
  });

  test.each(["pyramid", "manifest", "source"])("are tiled where the %s of the first has gone", async (what) => {
    const first = await tiled();
    const key = { pyramid: first.pyramidKey, manifest: first.manifestKey, source: sourceKey(first.imageId) }[what];
    await own.ports.objects.deleteMany([key ?? ""]);
    expect((await read()).status).toMatchObject({ status: "IN_PROGRESS" });
  });

  test("are tiled where the pyramid is known to be damaged", async () => {
    const first = await tiled();
    await own.ports.objects.put(first.pyramidKey, Buffer.from(made.bytes).fill(0, 5_000, 5_100));
    await audit();
    await cancelTiling(own.ports, { jobId: (await statusOf(first.imageId)).jobId });
    expect((await read()).status).toMatchObject({ status: "IN_PROGRESS" });
  });

  test("are refused to an attempt that has lost its job", async () => {
    await tiled();
    const { jobId } = await submit(own);
    await claimTiling(own.ports, { workerId: "worker", waitMs: 0 }, never);
    await cancelTiling(own.ports, { jobId });
    const late = { jobId, attempt: 1, sourceSha256: sha256, settings };
    await expect(reuseTiling(own.ports, late)).rejects.toMatchObject({ code: "STALE_ATTEMPT" });
    expect(await getTilingStatus(own.ports, { jobId })).toMatchObject({ failure: { code: "CANCELLED" } });
  });

  test("can't be retried or cancelled once they are complete", async () => {
    await tiled();
    const { imageId, jobId } = await read();
    await expect(retryTiling(own.ports, { imageId })).rejects.toMatchObject({ code: "JOB_NOT_FAILED" });
    await expect(cancelTiling(own.ports, { jobId })).rejects.toMatchObject({ code: "JOB_FINISHED" });
  });
});

describe("a digest that a client names", () => {
  const isOpen = ({ status }: UploadState) => status === "OPEN";

  test("of a file that is here needs no transfer: slide and job are there at once", async () => {
    const first = await tiled();
    expect(await isSizeKnown(own.ports, { sizeBytes: 1 })).toEqual({ isKnown: true });
    const { uploadId, imageId, status } = await drop();
    expect(status).toBe("COMPLETED");
    const { jobId } = await completeUpload(own.ports, { uploadId, sizeBytes: 1 });
    expect(await statusOf(imageId)).toMatchObject({ jobId, status: "COMPLETED", isReused: true, attempt: 0 });
    const { events } = await getTilingHistory(own.ports, { imageId });
    expect(events).toMatchObject([{ from: null, to: "COMPLETED", cause: "REUSED" }]);
    expect(await own.ports.images.find(imageId)).toMatchObject({ sourceSha256: sha256, name: "again.tif" });
    expect(await sweepStore(own.ports, never)).toBe(0);
    expect(await abortAbandonedUploads(own.ports, 0, never)).toBe(0);
    expect(await keys()).toContain(first.pyramidKey);
    await expectInvariants();
  });

  test("is believed only where a worker has read those bytes", async () => {
    expect(await isSizeKnown(own.ports, { sizeBytes: 1 })).toEqual({ isKnown: false });
    const claimed = await drop();
    expect(isOpen(claimed)).toBe(true);
    await tiled();
    expect(isOpen(await drop({ sha256: "0".repeat(64) }))).toBe(true);
    expect(isOpen(await drop({ sizeBytes: 2 }))).toBe(true);
    expect(await own.ports.images.find(claimed.imageId)).toBeNull();
  });
});

describe("a digest that is announced with the last part", () => {
  const claim = async () => (await claimTiling(own.ports, { workerId: "worker", waitMs: 0 }, never)).assignment;

  test("of bytes that are here ends the job before it has begun, and they are not kept twice", async () => {
    const first = await tiled();
    const { imageId, jobId } = await submit(own, sha256);
    expect(await statusOf(imageId)).toMatchObject({ jobId, status: "COMPLETED", isReused: true, attempt: 0 });
    const { events } = await getTilingHistory(own.ports, { imageId });
    expect(events).toMatchObject([{ from: null, to: "COMPLETED", cause: "REUSED" }]);
    expect(await claim()).toBeNull();
    expect(await keys()).toContain(sourceKey(imageId));
    await reclaimObjects(own.ports, never);
    expect(await keys()).toEqual([sourceKey(first.imageId), first.manifestKey, first.pyramidKey].sort());
    await expectInvariants();
  });

  test("of other bytes is told to every attempt, and counts for nothing else", async () => {
    const { imageId, jobId } = await submit(own, sha256);
    expect(await isSizeKnown(own.ports, { sizeBytes: 1 })).toEqual({ isKnown: false });
    expect(await own.ports.images.find(imageId)).toMatchObject({ sourceSha256: null });
    expect(await claim()).toMatchObject({ jobId, sourceSha256: sha256 });
    await failTiling(own.ports, { jobId, attempt: 1, code: "CHECKSUM_MISMATCH", reason: "other bytes" });
    await retryTiling(own.ports, { imageId });
    expect(await claim()).toMatchObject({ imageId, sourceSha256: sha256 });
    expect(await claim()).toBeNull();
  });

  test("of bytes that are deleted at that very moment is as good as of others", async () => {
    const first = await tiled();
    const duplicate = await own.ports.jobs.tiling.findDuplicate({ sourceSha256: sha256, sizeBytes: 1, settings });
    const { uploadId, imageId } = await openUpload(own);
    await remove(first.imageId);
    expect(duplicate && (await own.ports.uploads.completeFrom(duplicate, uploadId, 1))).toBe(false);
    await completeUpload(own.ports, { uploadId, sizeBytes: 1, sha256 });
    expect(await statusOf(imageId)).toMatchObject({ status: "PENDING" });
  });
});

describe("of two slides that share a pyramid", () => {
  test.each(["first", "second"])(
    "the other stays whole when the %s is deleted, and nothing stays of both",
    async (gone) => {
      const first = await tiled();
      const second = await drop();
      const [goes, stays] = gone === "first" ? [first, second] : [second, first];
      await remove(goes.imageId);
      await sweepStore(own.ports, never);
      expect(await statusOf(stays.imageId)).toMatchObject({ status: "COMPLETED" });
      expect(await keys()).toEqual([sourceKey(first.imageId), first.manifestKey, first.pyramidKey].sort());
      await expectInvariants();
      expect(await audit()).toEqual({ audited: 1, broken: [] });
      await remove(stays.imageId);
      expect(await keys()).toEqual([]);
    },
  );

  test("a third finds the pyramid by the second, when the first is gone", async () => {
    const first = await tiled();
    await read();
    await remove(first.imageId);
    const third = await drop();
    expect(third.status).toBe("COMPLETED");
    await expectInvariants();
  });

  test("both are made again when it breaks, the second out of the first's", async () => {
    const first = await tiled();
    const second = await drop();
    await own.ports.objects.put(first.pyramidKey, made.bytes.subarray(0, 99));
    expect((await audit()).broken).toHaveLength(2);
    const again = await publish(own, made);
    const { assignment } = await claimTiling(own.ports, { workerId: "worker", waitMs: 0 }, never);
    const { jobId = "" } = assignment ?? {};
    const reused = await reuseTiling(own.ports, { jobId, attempt: 1, sourceSha256: sha256, settings });
    expect(reused).toMatchObject({ imageId: second.imageId, status: "COMPLETED", metadataPath: again.manifestKey });
    await sweepStore(own.ports, never);
    expect(await keys()).toEqual([sourceKey(first.imageId), again.manifestKey, again.pyramidKey].sort());
    await expectInvariants();
  });

  test("deleting the first while the second is matched leaves a whole slide or an upload, never a hollow one", {
    timeout: 120_000,
  }, async () => {
    for (let round = 0; round < 4; round += 1) {
      const first = await tiled();
      const [again, worked] = await Promise.all([drop(), read(), deleteImage(own.ports, { imageId: first.imageId })]);
      await reclaimObjects(own.ports, never);
      await sweepStore(own.ports, never);
      await expectInvariants();
      expect(["COMPLETED", "OPEN"]).toContain(again.status);
      for (const imageId of [again.imageId, worked.imageId]) {
        if (await own.ports.images.find(imageId)) await remove(imageId);
      }
      await own.database.prisma.upload.deleteMany();
      expect((await keys()).filter((key) => !key.includes(again.imageId))).toEqual([]);
    }
  });
});
