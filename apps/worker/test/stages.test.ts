import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectStore } from "@tilewright/core/storage";
import { type TilingAssignment, tilingStages } from "@tilewright/core/tiling";
import { defaultSettings, ReadyDecoders } from "@tilewright/pyramid";
import { S3ObjectStore } from "@tilewright/storage/s3";
import { createTestBucket } from "@tilewright/storage/testing";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { TilingProgress } from "../src/tiling/progress.ts";
import { tileImage } from "../src/tiling/tile-image.ts";

/** Of a size that goes through the store in several pieces, and comes out so at the best quality. */
const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
let source: Buffer;
let objects: ObjectStore;
let scratch: string;
beforeAll(async () => {
  const { storageUrl, environment } = await createTestBucket();
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  scratch = await mkdtemp(join(tmpdir(), "tilewright-stages-"));
  source = await sharp({ create: { width: 2_500, height: 2_500, channels: 3, background: "grey", noise } })
    .png()
    .toBuffer();
  objects = await S3ObjectStore.open({ url: new URL(storageUrl) });
  await objects.put("images/a/source", source);
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true, force: true });
});

test("each stage of an image in a store elsewhere goes from nothing to all, and none goes back", async () => {
  const reports: TilingProgress[] = [];
  const assignment = {
    sourceKey: "images/a/source",
    sourceSizeBytes: source.length,
    sourceSha256: null,
    outputPrefix: "images/a/tilings/1/",
  };
  await tileImage({
    assignment: assignment as TilingAssignment,
    objects,
    scratch,
    settings: { ...defaultSettings, quality: 100 },
    limits: { maxPixels: 10_000_000, memoryBytes: 512 * 2 ** 20, timeoutMs: null, reserveBytes: 0 },
    largeMemoryBytes: 0,
    decoders: new ReadyDecoders(0),
    signal: new AbortController().signal,
    report: (progress) => reports.push(progress),
    reuse: async () => false,
    showPreview: async () => {},
  });
  const stages = reports.map(({ stage }) => tilingStages.indexOf(stage));
  expect(stages).toEqual(stages.toSorted((a, b) => a - b));
  for (const stage of ["DOWNLOADING", "TILING", "PUBLISHING"]) {
    const fractions = reports.filter((report) => report.stage === stage).map(({ stageFraction }) => stageFraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect([fractions[0], fractions.at(-1)]).toEqual([0, 1]);
    // Tiles are counted four times a second, and may be done by then.
    if (stage !== "TILING") expect(fractions.length).toBeGreaterThan(2);
  }
  // How many there will be is known before the first of them is done.
  const { tilesDone, tilesTotal } = reports.find((report) => report.tilesTotal !== null) ?? {};
  expect([tilesDone, tilesTotal]).toEqual([0, reports.at(-1)?.tilesDone]);
}, 60_000);
