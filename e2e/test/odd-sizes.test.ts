import { fileSource } from "@tilewright/client/node";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";
import { expectCorner, expectPixels, openAt, type Spot } from "./viewer-pixels.ts";

let product: Product;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  [product, browser] = await Promise.all([Product.start(), launchBrowser()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 901 } });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Sizes at which rounding, clipping and the count of levels go wrong, and places where neighbouring pixels differ. */
const oddities: { widthPx: number; heightPx: number; spots: Spot[] }[] = [
  {
    widthPx: 1,
    heightPx: 3_001,
    spots: [
      { zoom: 2, x: 0.5, y: 1_200 },
      { zoom: 16, x: 0.5, y: 2_238 },
    ],
  },
  {
    widthPx: 3_001,
    heightPx: 1,
    spots: [
      { zoom: 2, x: 2_042, y: 0.5 },
      { zoom: 16, x: 2_106, y: 0.5 },
    ],
  },
  {
    widthPx: 257,
    heightPx: 255,
    spots: [
      { zoom: 4, x: 134, y: 158 },
      { zoom: 16, x: 159, y: 149 },
    ],
  },
  {
    widthPx: 100_000,
    heightPx: 300,
    spots: [
      { zoom: 1 / 8, x: 65_536, y: 152 },
      { zoom: 1 / 2, x: 99_000, y: 150 },
      { zoom: 1, x: 32_768, y: 250 },
    ],
  },
  {
    widthPx: 2_003,
    heightPx: 1_999,
    spots: [
      { zoom: 1 / 2, x: 1_024, y: 1_024 },
      { zoom: 1, x: 1_900, y: 1_900 },
      { zoom: 8, x: 464, y: 720 },
    ],
  },
];

test.each(oddities)(
  "the screen shows the pixels of a picture of $widthPx × $heightPx, to its last corner",
  async ({ widthPx, heightPx, spots }) => {
    const picture = await makePicture(widthPx, heightPx, "png");
    const { imageId } = await product.client.uploadImage(await fileSource(picture.path), { fileName: "odd.png" });
    const { status } = await product.client.waitUntilReady(imageId);
    expect(status).toBe("COMPLETED");
    const address = `${product.address}/slides/${imageId}`;
    for (const spot of spots) {
      await openAt(page, address, spot);
      await expectPixels(page, picture, spot);
    }
    await openAt(page, address, { zoom: 4, x: widthPx, y: heightPx });
    await expectCorner(page, picture, 4);
  },
);
