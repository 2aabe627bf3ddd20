import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import type { TilingFailedError, UploadSource } from "@tilewright/client";
import { fileSource } from "@tilewright/client/node";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";

let product: Product;
beforeAll(async () => {
  const mebibytes = (count: number) => String(count * 2 ** 20);
  product = await Product.start({
    MAX_PIXELS: "50000000",
    MEMORY_BYTES: mebibytes(200),
    LARGE_MEMORY_BYTES: mebibytes(256),
  });
});
afterAll(() => product.stop());

const firstHalf = async (path: string) => {
  const bytes = await readFile(path);
  return new Blob([new Uint8Array(bytes.subarray(0, Math.floor(bytes.length / 2)))]);
};

const cases: [name: string, code: string, source: () => Promise<UploadSource>][] = [
  ["a text that calls itself a slide", "UNSUPPORTED_FORMAT", async () => new Blob(["Dear sir or madam, ".repeat(500)])],
  [
    "a drawing in SVG",
    "UNSUPPORTED_FORMAT",
    async () => new Blob(['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>']),
  ],
  ["one byte", "UNSUPPORTED_FORMAT", async () => new Blob(["x"])],
  ["half a JPEG", "CORRUPT_IMAGE", async () => firstHalf((await makePicture(4_001, 3_003, "jpg")).path)],
  ["half a TIFF", "CORRUPT_IMAGE", async () => firstHalf((await makePicture(2_001, 1_503, "tif")).path)],
  ["half a PNG", "CORRUPT_IMAGE", async () => firstHalf((await makePicture(1_003, 777, "png")).path)],
  [
    "more pixels than allowed",
    "TOO_MANY_PIXELS",
    async () => fileSource((await makePicture(12_007, 9_001, "jpg")).path),
  ],
  [
    "a picture that takes more memory than there is for one",
    "NEEDS_MORE_MEMORY",
    async () => {
      // Held in memory whole to be turned, at three bytes for each pixel.
      const upright = sharp(await readFile((await makePicture(7_001, 6_997, "jpg")).path));
      const turned = await upright
        .withMetadata({ orientation: 6 })
        .jpeg({ progressive: true, chromaSubsampling: "4:4:4" })
        .toBuffer();
      return new Blob([new Uint8Array(turned)]);
    },
  ],
];

test.each(cases)("%s ends as FAILED with %s, once, and leaves nothing half-written", async (_, code, source) => {
  const { imageId, jobId } = await product.client.uploadImage(await source(), { fileName: "slide.tif" });
  const failure = await product.client.waitUntilReady(imageId).catch((error: TilingFailedError) => error);
  expect(failure).toMatchObject({
    status: { status: "FAILED", attempt: 1, metadataPath: null, failure: { code, family: "data" } },
  });
  const { failure: words } = await product.client.tiling.getStatus.query({ jobId });
  // Sentences for people: no paths, no library's jargon.
  expect(words?.reason).toMatch(/^[A-Z].*\.$/);
  expect(`${words?.reason} ${words?.remedy}`).not.toMatch(/\/tmp|vips|libjpeg|undefined|Error:/i);
  const storage = join(product.dataDirectory, "storage");
  expect(await readdir(join(storage, "objects", "images", imageId))).toEqual(["source"]);
  const attempts = async () =>
    (await readdir(join(storage, "scratch"), { recursive: true })).filter((path) => path.includes(sep));
  await expect.poll(attempts).toEqual([]);
  expect(await readdir(join(storage, "uploads"))).toEqual([]);
});

test("after all of that the worker still works", async () => {
  const image = await sharp({ create: { width: 40, height: 30, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  const { imageId } = await product.client.uploadImage(new Blob([new Uint8Array(image)]), { fileName: "small.png" });
  expect(await product.client.waitUntilReady(imageId)).toMatchObject({ status: "COMPLETED", attempt: 1 });
});
