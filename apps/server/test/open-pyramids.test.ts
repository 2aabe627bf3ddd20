import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jobDomains } from "@tilewright/core";
import { attemptPrefix, type ObjectStore } from "@tilewright/core/storage";
import { manifestKey, pyramidKey, type TilingJobs } from "@tilewright/core/tiling";
import { defaultSettings, openFileSource, openPyramid, type Pyramid, writePyramid } from "@tilewright/pyramid";
import { S3ObjectStore } from "@tilewright/storage/s3";
import { createTestBucket } from "@tilewright/storage/testing";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { OpenPyramids } from "../src/pyramids/open-pyramids.ts";

const [imageId, jobId] = ["019ab0c0-0000-7000-8000-000000000001", "019ab0c0-0000-7000-8000-000000000002"];
const prefix = attemptPrefix(jobDomains.tiling, { imageId, jobId, attempt: 1 });
let directory: string;
let store: S3ObjectStore;
let local: Pyramid;
let close: () => Promise<void>;

beforeAll(async () => {
  const bucket = await createTestBucket();
  for (const [name, value] of Object.entries(bucket.environment)) vi.stubEnv(name, value);
  store = await S3ObjectStore.open({ url: new URL(bucket.storageUrl) });
  directory = await mkdtemp(join(tmpdir(), "tilewright-open-"));
  const [source, target] = [join(directory, "source.png"), join(directory, "pyramid.tif")];
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  await sharp({ create: { width: 1_300, height: 900, channels: 3, background: "white", noise } })
    .png()
    .toFile(source);
  const { image, pyramid } = await writePyramid(source, target);
  const { sha256, ...facts } = pyramid;
  const manifest = {
    format: "tilewright-pyramid/1",
    jobId,
    imageId,
    attempt: 1,
    source: { sizeBytes: 1, ...image },
    pyramid: { file: pyramidKey(""), sha256, ...facts },
    settings: defaultSettings,
    timingsMs: {},
    software: {},
    createdAt: new Date().toISOString(),
  };
  await store.putFile(pyramidKey(prefix), target);
  await store.put(manifestKey(prefix), Buffer.from(JSON.stringify(manifest)));
  const file = await openFileSource(target);
  ({ close } = file);
  local = await openPyramid(file);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await close?.();
  await rm(directory, { recursive: true, force: true });
});

/** The published pyramid as the server opens it, and what that reads. */
async function openCounting() {
  const reads: number[] = [];
  const counting: Pick<ObjectStore, "get" | "read"> = {
    get: (...args) => store.get(...args),
    read: (key, range) => {
      reads.push(range.end - range.start);
      return store.read(key, range);
    },
  };
  const jobs: Pick<TilingJobs, "findShown"> = {
    findShown: async () =>
      ({ jobId, status: "COMPLETED", metadataPath: manifestKey(prefix) }) as Awaited<
        ReturnType<TilingJobs["findShown"]>
      >,
  };
  const pyramids = new OpenPyramids(jobs, counting);
  const { pyramid } = await pyramids.get(jobId);
  return { pyramid, pyramids, reads };
}

test("every tile comes out of the store as out of the file, by one read at most", async () => {
  const { pyramid, reads } = await openCounting();
  for (let level = 0; level < pyramid.levelCount; level += 1) {
    const scale = 2 ** (pyramid.levelCount - 1 - level);
    const columns = Math.ceil(Math.ceil(pyramid.widthPx / scale) / pyramid.tileSizePx);
    const rows = Math.ceil(Math.ceil(pyramid.heightPx / scale) / pyramid.tileSizePx);
    for (let tile = 0; tile < columns * rows; tile += 1) {
      const place = [level, tile % columns, Math.floor(tile / columns)] as const;
      const before = reads.length;
      const [remote, expected] = await Promise.all([pyramid.readTile(...place), local.readTile(...place)]);
      expect(remote && Buffer.from(remote).equals(Buffer.from(expected ?? []))).toBe(true);
      expect(reads.length - before).toBeLessThanOrEqual(1);
    }
  }
});

test("many who ask for one tile at once cause one read, and the index is read once", async () => {
  const { pyramid, pyramids, reads } = await openCounting();
  const before = reads.length;
  const asked = Array.from({ length: 50 }, async () =>
    (await pyramids.get(jobId)).pyramid.readTile(pyramid.levelCount - 1, 1, 1),
  );
  const tiles = await Promise.all(asked);
  expect(new Set(tiles).size).toBe(1);
  expect(reads.length - before).toBe(1);
});

test("a read that fails is not remembered", async () => {
  const { pyramid } = await openCounting();
  await expect(pyramid.readTile(pyramid.levelCount - 1, 99, 99)).resolves.toBeNull();
  const key = pyramidKey(prefix);
  const bytes = Buffer.concat(await Array.fromAsync(store.get(key), Buffer.from));
  await store.deleteMany([key]);
  const read = () => pyramid.readTile(pyramid.levelCount - 1, 2, 1);
  await expect(read()).rejects.toMatchObject({ code: "OBJECT_NOT_FOUND" });
  await store.put(key, bytes);
  expect(await read()).not.toBeNull();
});
