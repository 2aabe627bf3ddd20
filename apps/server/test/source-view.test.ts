import { previewKey } from "@tilewright/core/tiling";
import { S3ObjectStore } from "@tilewright/storage/s3";
import { createTestBucket, FaultyLine, storageUrlOf } from "@tilewright/storage/testing";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makePyramid, type RealPyramid } from "./published.ts";
import { claim, startTestServer, type TestServer } from "./test-server.ts";

const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
const size = { width: 3_001, height: 2_003 };
let line: FaultyLine;
let store: S3ObjectStore;
let server: TestServer;
let preview: RealPyramid;
let slide: Buffer;
beforeAll(async () => {
  const bucket = await createTestBucket();
  for (const [name, value] of Object.entries(bucket.environment)) vi.stubEnv(name, value);
  store = await S3ObjectStore.open({ url: new URL(bucket.storageUrl) });
  line = await FaultyLine.to(new URL(bucket.storageUrl).searchParams.get("endpoint") ?? "");
  const storageUrl = storageUrlOf(new URL(bucket.storageUrl).hostname, line.address);
  server = await startTestServer({ STORAGE_URL: storageUrl, LEASE_MS: "60000" });
  preview = await makePyramid();
  slide = await sharp({ create: { ...size, channels: 3, background: "black", noise } })
    .tiff({ tile: true, tileWidth: 240, tileHeight: 240, pyramid: true, compression: "jpeg", quality: 80 })
    .toBuffer();
});
afterAll(async () => {
  await server.stop();
  await line.close();
  vi.unstubAllEnvs();
});

/** A worker has claimed the slide and published its preview, and is at work on the pyramid. */
async function shown(source = slide) {
  const { imageId } = await server.client.uploadImage(new Blob([new Uint8Array(source)]), { fileName: "slide.svs" });
  const { jobId, attempt, outputPrefix, sourceKey } = await claim(server);
  await store.put(previewKey(outputPrefix), preview.bytes);
  const { sha256: _, tileCount: __, ...facts } = preview.pyramid;
  await server.worker.tiling.showPreview.mutate({
    jobId,
    attempt,
    preview: { ...facts, imageWidthPx: size.width, imageHeightPx: size.height, imageLevelCount: 13 },
  });
  const get = (tile: string) => fetch(new URL(`/previews/${jobId}/${attempt}/${tile}.jpg`, server.address));
  return { imageId, jobId, sourceKey, get };
}

const codeOf = async (response: Response) => [response.status, ((await response.json()) as { error: unknown }).error];
const refused = (status: number, code: string) => [status, expect.objectContaining({ code })];

test("a slide in a store elsewhere is seen at full depth while it is being tiled, a few tiles of it at a time", async () => {
  const { get } = await shown();
  expect((await get("10/0_0")).status).toBe(200);
  const before = line.receivedBytes;
  const response = await get("12/3_5");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  expect(line.receivedBytes - before).toBeLessThan(slide.length / 4);
  const tile = await sharp(await response.arrayBuffer())
    .raw()
    .toBuffer();
  const area = { left: 768, top: 1_280, width: 256, height: 256 };
  const wanted = await sharp(slide).extract(area).raw().toBuffer();
  const difference = wanted.reduce((sum, value, i) => sum + Math.abs(value - (tile[i] ?? 0)), 0) / wanted.length;
  expect(difference).toBeLessThan(6);
  expect((await get("11/0_0")).status).toBe(200);
  expect(await codeOf(await get("12/12_0"))).toEqual(refused(404, "OBJECT_NOT_FOUND"));
  expect(await codeOf(await get("13/0_0"))).toEqual(refused(404, "OBJECT_NOT_FOUND"));
});

test("a damaged tile is refused by itself", async () => {
  const source = Buffer.from(slide);
  // Tiles of full size, all but the head of the first: by that a source is known to be one that can be shown.
  source.fill(0, 40_000, 300_000);
  const { get } = await shown(source);
  expect(await codeOf(await get("12/5_0"))).toEqual(refused(422, "SOURCE_DAMAGED"));
  expect((await get("12/5_7")).status).toBe(200);
});

test("what is cancelled or deleted is not seen any more", async () => {
  const [cancelled, deleted, gone] = [await shown(), await shown(), await shown()];
  for (const { get } of [cancelled, deleted, gone]) expect((await get("12/1_1")).status).toBe(200);
  await server.client.tiling.cancel.mutate({ jobId: cancelled.jobId });
  await server.client.images.delete.mutate({ imageId: deleted.imageId });
  await store.deleteMany([gone.sourceKey]);
  expect(await codeOf(await cancelled.get("12/2_2"))).toEqual(refused(404, "JOB_NOT_FOUND"));
  expect(await codeOf(await deleted.get("12/2_2"))).toEqual(refused(404, "JOB_NOT_FOUND"));
  expect(await codeOf(await gone.get("12/9_6"))).toEqual(refused(404, "OBJECT_NOT_FOUND"));
});
