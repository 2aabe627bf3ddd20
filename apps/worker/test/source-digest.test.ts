import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PyramidManifest, type TilingAssignment } from "@tilewright/core/tiling";
import { defaultSettings, ReadyDecoders } from "@tilewright/pyramid";
import { DiskObjectStore } from "@tilewright/storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tileImage } from "../src/tiling/tile-image.ts";
import { onePixel } from "./one-pixel.ts";

const sha256 = createHash("sha256").update(onePixel).digest("hex");
let directory: string;
let objects: DiskObjectStore;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tilewright-digest-"));
  objects = await DiskObjectStore.open({ directory, signingSecret: "nothing is signed here" });
  await objects.put("images/a/source", onePixel);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const tile = (outputPrefix: string, sourceSha256: string | null) =>
  tileImage({
    assignment: { ...ids, sourceKey: "images/a/source", sourceSizeBytes: onePixel.length, sourceSha256, outputPrefix },
    objects,
    scratch: directory,
    settings: defaultSettings,
    largeMemoryBytes: 0,
    limits: { maxPixels: 1e6, memoryBytes: 512 * 2 ** 20, timeoutMs: null, reserveBytes: 0 },
    decoders: new ReadyDecoders(0),
    signal: new AbortController().signal,
    report: () => {},
    reuse: async () => false,
    showPreview: async () => {},
  });
const ids = {
  jobId: "01990000-0000-7000-8000-000000000001",
  imageId: "01990000-0000-7000-8000-000000000002",
  datasetName: "pixel.png",
  attempt: 1,
  leaseMs: 60_000,
  heartbeatMs: 1_000,
} satisfies Partial<TilingAssignment>;

test.each([["nobody knew before", null] as const, ["everybody knew", "the same"] as const])(
  "the digest of the source, which %s, stands in the manifest and is told to the server",
  async (_, known) => {
    const prefix = `images/a/${known}/`;
    const tiled = await tile(prefix, known && sha256);
    if (!tiled) throw new Error("Nothing was tiled.");
    expect(tiled.sourceSha256).toBe(sha256);
    const { sizeBytes } = (await objects.head(tiled.metadataPath)) ?? { sizeBytes: 0 };
    const text = Buffer.from(await objects.read(tiled.metadataPath, { start: 0, end: sizeBytes })).toString();
    expect(PyramidManifest.parse(JSON.parse(text)).source).toMatchObject({ sha256, sizeBytes: onePixel.length });
  },
);

test("a source that has changed since it was read is refused, and nothing is published", async () => {
  await expect(tile("images/a/changed/", "0".repeat(64))).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
  expect(await Array.fromAsync(objects.list("images/a/changed/"))).toEqual([]);
});
