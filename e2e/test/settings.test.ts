import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileSource } from "@tilewright/client/node";
import { attemptPrefix, pyramidKey } from "@tilewright/core";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";

/** Tiles of the other size, at a quality whose tiles are stored as RGB: every view has to cope with both. */
let product: Product;
let browser: Browser;
let jobId: string;
let imageId: string;
let sourcePath: string;
beforeAll(async () => {
  [product, browser] = await Promise.all([Product.start({ TILE_SIZE_PX: "512", JPEG_QUALITY: "93" }), launchBrowser()]);
  const picture = await makePicture(1_803, 1_277, "png");
  sourcePath = picture.path;
  ({ jobId, imageId } = await product.client.uploadImage(await fileSource(picture.path), { fileName: "picture.png" }));
  await product.client.waitUntilReady(imageId);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const bytesOf = async (path: string) => Buffer.from(await (await fetch(new URL(path, product.address))).arrayBuffer());
const pixelsOf = (image: Buffer) => sharp(image).removeAlpha().raw().toBuffer();
const source = (left: number, top: number, width: number, height: number) =>
  sharp(sourcePath).extract({ left, top, width, height }).removeAlpha().raw().toBuffer();
const difference = (a: Buffer, b: Buffer) => {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
};

test("the manifest says what the pyramid was made with, and the stored object is what it says", async () => {
  const manifest = JSON.parse((await bytesOf(`/pyramids/${jobId}/manifest.json`)).toString());
  expect(manifest).toMatchObject({
    settings: { tileSizePx: 512, quality: 93 },
    // 1,803 x 1,277 pixels in four by three tiles, then two by two, then one.
    pyramid: { tileSizePx: 512, tileCount: 17, levelCount: 12 },
  });
  const key = pyramidKey(attemptPrefix(imageId, jobId, manifest.attempt));
  const stored = await readFile(join(product.dataDirectory, "storage", "objects", key));
  expect(createHash("sha256").update(stored).digest("hex")).toBe(manifest.pyramid.sha256);
});

test("Deep Zoom, IIIF and XYZ show the source's pixels", async () => {
  expect((await bytesOf(`/pyramids/${jobId}.dzi`)).toString()).toContain('TileSize="512"');
  const inner = await bytesOf(`/pyramids/${jobId}_files/11/1_1.jpg`);
  expect(difference(await pixelsOf(inner), await source(512, 512, 512, 512))).toBeLessThan(2);
  const corner = await bytesOf(`/pyramids/${jobId}_files/11/3_2.jpg`);
  expect(difference(await pixelsOf(corner), await source(1_536, 1_024, 267, 253))).toBeLessThan(3);

  const info = JSON.parse((await bytesOf(`/iiif/${jobId}/info.json`)).toString());
  expect(info.tiles).toEqual([{ width: 512, scaleFactors: [1, 2, 4] }]);
  expect(await bytesOf(`/iiif/${jobId}/512,512,512,512/512,512/0/default.jpg`)).toEqual(inner);
  const region = await bytesOf(`/iiif/${jobId}/400,300,300,400/max/0/default.png`);
  expect(difference(await pixelsOf(region), await source(400, 300, 300, 400))).toBeLessThan(2);

  const map = JSON.parse((await bytesOf(`/xyz/${jobId}/tiles.json`)).toString());
  expect(map).toMatchObject({ tileSize: 512, maxzoom: 2 });
  expect(await bytesOf(`/xyz/${jobId}/2/1/1.jpg`)).toEqual(inner);
});

test("the page opens it", async () => {
  const page = await browser.newPage({ viewport: { width: 1_000, height: 700 } });
  await page.goto(`${product.address}/slides/${imageId}?x=900&y=640&zoom=1`);
  await page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor({ timeout: 60_000 });
  await page.getByText("17 of 512 px").waitFor();
  await page.close();
});
