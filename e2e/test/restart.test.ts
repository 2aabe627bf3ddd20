import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { fileSource } from "@tilewright/client/node";
import { sourceKey } from "@tilewright/core/storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makePicture, type Picture } from "./picture.ts";
import { Product } from "./product.ts";

let picture: Picture;
let product: Product;
beforeEach(async () => {
  picture = await makePicture(12_007, 9_001, "jpg");
  product = await Product.start({ HEARTBEAT_MS: "100", LEASE_MS: "4000", SHARE_SAME_BYTES: "false" });
});
afterEach(() => product.stop());

const digestOf = async (path: string) => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
};
const stored = (key: string) => join(product.dataDirectory, "storage", "objects", key);

test("an upload outlives a killed server: it goes on by itself, and every byte arrives", async () => {
  const killed = Promise.withResolvers<void>();
  let kills = 0;
  const uploading = product.client.uploadImage(await fileSource(picture.path), {
    fileName: "picture.jpg",
    concurrency: 2,
    onProgress: ({ sentBytes, totalBytes }) => {
      if (kills > 0 || sentBytes < totalBytes / 3) return;
      kills += 1;
      product.kill().then(killed.resolve, killed.reject);
    },
  });
  await killed.promise;
  await product.restart();
  const { imageId } = await uploading;
  expect(kills).toBe(1);
  expect(await digestOf(stored(sourceKey(imageId)))).toBe(await digestOf(picture.path));
  expect((await product.client.waitUntilReady(imageId)).pyramid).toMatchObject({ widthPx: 12_007, heightPx: 9_001 });
});

test("an upload that its sender gave up is resumed with the parts that are missing", async () => {
  const source = await fileSource(picture.path);
  const pause = new AbortController();
  let uploadId = "";
  const first = product.client.uploadImage(source, {
    fileName: "picture.jpg",
    concurrency: 1,
    signal: pause.signal,
    onOpen: (upload) => {
      uploadId = upload.uploadId;
    },
    onProgress: ({ sentBytes, totalBytes }) => sentBytes > totalBytes / 3 && pause.abort(),
  });
  await expect(first).rejects.toThrow();
  await product.kill();
  await product.restart();
  const before = await product.client.uploads.listParts.query({ uploadId });
  expect(before.parts.length).toBeGreaterThan(0);
  let resumedFrom = 0;
  const { imageId } = await product.client.uploadImage(source, {
    uploadId,
    onProgress: ({ sentBytes }) => {
      resumedFrom ||= sentBytes;
    },
  });
  expect(resumedFrom).toBe(before.parts.reduce((sum, part) => sum + part.sizeBytes, 0));
  expect(await digestOf(stored(sourceKey(imageId)))).toBe(await digestOf(picture.path));
});

test("a tiling outlives the death of everything, and its pyramid is the same as ever", async () => {
  const upload = async () => product.client.uploadImage(await fileSource(picture.path), { fileName: "picture.jpg" });
  const undisturbed = await product.client.waitUntilReady((await upload()).imageId);

  const { imageId, jobId } = await upload();
  await expect
    .poll(() => product.client.tiling.getStatus.query({ jobId }), { timeout: 60_000, interval: 20 })
    .toMatchObject({ status: "IN_PROGRESS", stage: "TILING", tilesDone: expect.toSatisfy((done: number) => done > 0) });
  await product.kill();
  await product.restart();
  const status = await product.client.waitUntilReady(imageId);
  expect(status).toMatchObject({ jobId, status: "COMPLETED", attempt: 2 });
  const { events } = await product.client.tiling.history.query({ jobId });
  expect(events.map((event) => event.cause)).toEqual(["SUBMITTED", "CLAIMED", "LEASE_EXPIRED", "CLAIMED", "COMPLETED"]);
  const pyramidOf = (metadataPath: string | null) =>
    digestOf(stored((metadataPath ?? "").replace("manifest.json", "pyramid.tif")));
  expect(await pyramidOf(status.metadataPath)).toBe(await pyramidOf(undisturbed.metadataPath));
});

test("a server that is stopped in good order hands its job back, and the next one finishes it", async () => {
  const { imageId, jobId } = await product.client.uploadImage(await fileSource(picture.path), {
    fileName: "picture.jpg",
  });
  await expect
    .poll(() => product.client.tiling.getStatus.query({ jobId }), { timeout: 60_000, interval: 20 })
    .toMatchObject({ status: "IN_PROGRESS", stage: "TILING" });
  await product.end();
  await product.restart();
  await product.client.waitUntilReady(imageId);
  const { events } = await product.client.tiling.history.query({ jobId });
  expect(events.map((event) => event.cause)).toEqual(["SUBMITTED", "CLAIMED", "HANDED_BACK", "CLAIMED", "COMPLETED"]);
});
