import { rm } from "node:fs/promises";
import { fileSource } from "@tilewright/client/node";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Gate, type GatedWorker, startGatedWorker, workerToken } from "./gated-worker.ts";
import { makePicture, type Picture } from "./picture.ts";
import { Product } from "./product.ts";
import { expectPixels, openAt } from "./viewer-pixels.ts";

const publishing = new Gate();
let picture: Picture;
let slidePath: string;
let product: Product;
let worker: GatedWorker;
let browser: Browser;
beforeAll(async () => {
  picture = await makePicture(6_007, 4_013, "jpg");
  slidePath = `${picture.path}.${process.pid}.svs`;
  await sharp(picture.path)
    .tiff({ tile: true, tileWidth: 240, tileHeight: 240, pyramid: true, compression: "jpeg", quality: 90 })
    .toFile(slidePath);
  [product, browser] = await Promise.all([
    Product.start({ WORKERS: "0", WORKER_TOKEN: workerToken, HEARTBEAT_MS: "200" }),
    launchBrowser(),
  ]);
  worker = await startGatedWorker(product, { publishing });
});
afterAll(async () => {
  await browser?.close();
  await worker?.stop();
  await product?.stop();
  await rm(slidePath, { force: true });
});

test("a slide that is stored in tiles is seen pixel by pixel before it is tiled, and at the same place after", async () => {
  const { imageId, jobId } = await product.client.uploadImage(await fileSource(slidePath), { fileName: "slide.svs" });
  await expect
    .poll(() => product.client.tiling.getStatus.query({ jobId }), { timeout: 60_000, interval: 50 })
    .toMatchObject({ status: "IN_PROGRESS", preview: { levelCount: 12, imageLevelCount: 14 } });
  const page = await browser.newPage({ viewport: { width: 1280, height: 901 } });
  const shows = (what: string) => page.locator(`[data-viewer-shows=${what}][data-fully-loaded=true]`).waitFor();
  const [near, far] = [
    { zoom: 1, x: 5_200, y: 3_300 },
    { zoom: 1 / 2, x: 3_000, y: 2_000 },
  ];
  await openAt(page, `${product.address}/slides/${imageId}`, far);
  await expectPixels(page, picture, far);
  await openAt(page, `${product.address}/slides/${imageId}`, near);
  await page.getByRole("complementary", { name: "Uploaded file" }).waitFor();
  await shows("preview");
  await expectPixels(page, picture, near);
  const place = page.url();

  publishing.open();
  await shows("pyramid");
  expect(page.url()).toBe(place);
  await expectPixels(page, picture, near);
});
