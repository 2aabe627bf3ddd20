import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileSource } from "@tilewright/client/node";
import { jobDomains } from "@tilewright/core";
import { attemptPrefix } from "@tilewright/core/storage";
import { pyramidKey } from "@tilewright/core/tiling";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePicture, type Picture } from "./picture.ts";
import { Product } from "./product.ts";
import { expectCorner, expectPixels, openAt } from "./viewer-pixels.ts";

let picture: Picture;
let browser: Browser;
beforeAll(async () => {
  [picture, browser] = await Promise.all([makePicture(1_803, 1_277, "png"), launchBrowser()]);
});
afterAll(() => browser?.close());

/** Other tiles than by default: larger ones that are stored as RGB, and WebP. Every view has to cope with them. */
const kinds = [
  { tileFormat: "jpeg", quality: 93, extension: "jpg", limit: 2 },
  { tileFormat: "webp", quality: 80, extension: "webp", limit: 6 },
];

describe.each(kinds)("tiles of 512 px as $tileFormat", ({ tileFormat, quality, extension, limit }) => {
  let product: Product;
  let jobId: string;
  let imageId: string;
  beforeAll(async () => {
    const settings = { TILE_SIZE_PX: "512", TILE_FORMAT: tileFormat, TILE_QUALITY: String(quality) };
    product = await Product.start(settings);
    const upload = await product.client.uploadImage(await fileSource(picture.path), { fileName: "picture.png" });
    ({ jobId, imageId } = upload);
    await product.client.waitUntilReady(imageId);
  });
  afterAll(() => product?.stop());

  const get = (path: string) => fetch(new URL(path, product.address));
  const bytesOf = async (path: string) => Buffer.from(await (await get(path)).arrayBuffer());
  const pixelsOf = (image: Buffer) => sharp(image).removeAlpha().raw().toBuffer();
  const source = (left: number, top: number, width: number, height: number) =>
    sharp(picture.path).extract({ left, top, width, height }).removeAlpha().raw().toBuffer();
  const difference = (a: Buffer, b: Buffer) => {
    expect(a.length).toBe(b.length);
    return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
  };

  test("the manifest says what the pyramid was made with, and the stored object is what it says", async () => {
    const manifest = JSON.parse((await bytesOf(`/pyramids/${jobId}/manifest.json`)).toString());
    expect(manifest).toMatchObject({
      settings: { tileSizePx: 512, tileFormat, quality },
      // 1,803 x 1,277 pixels in four by three tiles, then two by two, then one.
      pyramid: { tileSizePx: 512, tileFormat, tileCount: 17, levelCount: 12 },
    });
    const key = pyramidKey(attemptPrefix(jobDomains.tiling, manifest));
    const stored = await readFile(join(product.dataDirectory, "storage", "objects", key));
    expect(createHash("sha256").update(stored).digest("hex")).toBe(manifest.pyramid.sha256);
  });

  test("Deep Zoom, IIIF and XYZ show the source's pixels", async () => {
    const descriptor = (await bytesOf(`/pyramids/${jobId}.dzi`)).toString();
    expect(descriptor).toMatch(new RegExp(`Format="${tileFormat}" .*TileSize="512"`));
    const inner = await bytesOf(`/pyramids/${jobId}_files/11/1_1.${extension}`);
    expect(difference(await pixelsOf(inner), await source(512, 512, 512, 512))).toBeLessThan(limit);
    const corner = await bytesOf(`/pyramids/${jobId}_files/11/3_2.${extension}`);
    expect(difference(await pixelsOf(corner), await source(1_536, 1_024, 267, 253))).toBeLessThan(1.5 * limit);

    const info = JSON.parse((await bytesOf(`/iiif/${jobId}/info.json`)).toString());
    expect(info.tiles).toEqual([{ width: 512, height: 512, scaleFactors: [1, 2, 4] }]);
    expect(await bytesOf(`/iiif/${jobId}/512,512,512,512/512,512/0/default.${extension}`)).toEqual(inner);
    const region = await bytesOf(`/iiif/${jobId}/400,300,300,400/max/0/default.png`);
    expect(difference(await pixelsOf(region), await source(400, 300, 300, 400))).toBeLessThan(limit);

    const map = JSON.parse((await bytesOf(`/xyz/${jobId}/tiles.json`)).toString());
    expect(map).toMatchObject({ tileSize: 512, maxzoom: 2, format: extension });
    const url = map.tiles[0].replace("{z}", "2").replace("{x}", "1").replace("{y}", "1");
    expect(await bytesOf(url)).toEqual(inner);
  });

  test("a tile has its content type, and an address with another extension leads nowhere", async () => {
    const other = extension === "jpg" ? "webp" : "jpg";
    for (const tile of [`/pyramids/${jobId}_files/11/1_1`, `/xyz/${jobId}/2/1/1`]) {
      expect((await get(`${tile}.${extension}`)).headers.get("content-type")).toBe(`image/${tileFormat}`);
      const refused = await get(`${tile}.${other}`);
      expect(refused.status).toBe(404);
      expect(await refused.json()).toMatchObject({ error: { code: "OBJECT_NOT_FOUND" } });
    }
  });

  test("the page shows the source's pixels", async () => {
    const page = await browser.newPage({ viewport: { width: 1_280, height: 901 } });
    const address = `${product.address}/slides/${imageId}`;
    for (const spot of [
      { zoom: 2, x: 512, y: 512 },
      { zoom: 0.5, x: 1_024, y: 640 },
    ]) {
      await openAt(page, address, spot);
      await expectPixels(page, picture, spot);
    }
    await openAt(page, address, { zoom: 2, x: 1_803, y: 1_277 });
    await expectCorner(page, picture, 2);
    await page.getByText(`17 of 512 px, ${tileFormat}`).waitFor();
    await page.close();
  });
});
