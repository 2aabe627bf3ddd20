import { fileSource } from "@tilewright/client/node";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GatedWorker, startGatedWorker, workerToken } from "./gated-worker.ts";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";

let product: Product;
let worker: GatedWorker;
let browser: Browser;
beforeAll(async () => {
  [product, browser] = await Promise.all([Product.start({ WORKERS: "0", WORKER_TOKEN: workerToken }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await worker?.stop();
  await product?.stop();
});

test("a server without workers says so, and tiles as soon as one is started", async () => {
  const picture = await makePicture(1_503, 1_201, "png");
  const { imageId } = await product.client.uploadImage(await fileSource(picture.path), { fileName: "slide.png" });
  const page = await browser.newPage();
  await page.goto(`${product.address}/slides/${imageId}`);
  await page.getByText("No worker is connected; it starts as soon as one is").first().waitFor();
  expect(await product.client.tiling.getStatus.query({ imageId })).toMatchObject({
    status: "PENDING",
    waiting: { reason: "NO_WORKER" },
  });
  worker = await startGatedWorker(product);
  await page.locator("[data-viewer-shows=pyramid][data-fully-loaded=true]").waitFor();
});
