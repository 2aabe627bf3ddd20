import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture, type Picture } from "./picture.ts";
import { Product } from "./product.ts";

let product: Product;
let browser: Browser;
let page: Page;
let picture: Picture;
const complaints: string[] = [];
beforeAll(async () => {
  picture = await makePicture(12_007, 9_001, "jpg");
  [product, browser] = await Promise.all([Product.start({ HEARTBEAT_MS: "200" }), launchBrowser()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 901 } });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => request.url().startsWith("http") && expect(request.url()).toContain(product.address));
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

test("a person drops a slide, watches its job and zooms in to single pixels", async () => {
  await page.goto(product.address);
  await page.locator("input[type=file]").first().setInputFiles(picture.path);
  const row = page.getByRole("listitem", { name: /tissue/ });
  await row.getByRole("progressbar").first().waitFor();
  await row.getByRole("link", { name: /^Open/ }).click({ timeout: 60_000 });
  await page.waitForURL(/\/slides\//);
  await page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor({ timeout: 60_000 });
});

test.each([
  [1 / 8, 6_000, 4_504],
  [1 / 2, 3_002, 7_000],
  [1, 5_801, 2_203],
  [1, 11_900, 8_900],
  [16, 7_781, 4_267],
])("at zoom %d around %d, %d the screen shows the source's pixels", async (zoom, x, y) => {
  const { pathname } = new URL(page.url());
  await page.goto(`${product.address}${pathname}?x=${x}&y=${y}&zoom=${zoom}`);
  await page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor({ timeout: 60_000 });
  await expectPixels(zoom, x, y);
});

test("nothing was complained about on the way", () => {
  expect(complaints).toEqual([]);
});

const cutPx = 96;

/** Compares the middle of the viewer with the same place of the source, and with that place shifted by a pixel. */
async function expectPixels(zoom: number, x: number, y: number): Promise<void> {
  const viewer = page.locator("[data-viewer-state=open]");
  const seen = sharp(await viewer.screenshot({ animations: "disabled" }));
  const { width, height } = await seen.metadata();
  // Then the middle lies between pixels, and zoomed pixels lie on the screen's.
  expect([width % 2, height % 2]).toEqual([0, 0]);
  const middle = { left: Math.floor(width / 2) - cutPx / 2, top: Math.floor(height / 2) - cutPx / 2 };
  const shown = await seen
    .extract({ ...middle, width: cutPx, height: cutPx })
    .removeAlpha()
    .raw()
    .toBuffer();
  const shiftPx = zoom > 1 ? 1 : 3 / zoom;
  const away = await Promise.all(
    [0, 1, -1].map(async (step) => difference(shown, await sourceAt(zoom, x + step * shiftPx, y))),
  );
  expect(away[0]).toBeLessThan(6);
  expect(away[0]).toBeLessThan(Math.min(...away.slice(1)) / 2);
}

/** What the screen should show there: the source around a point, scaled to `cutPx` by averaging or repeating pixels. */
async function sourceAt(zoom: number, x: number, y: number): Promise<Buffer> {
  const side = Math.round(cutPx / zoom);
  const left = Math.round(x - side / 2);
  const top = Math.round(y - side / 2);
  const source = sharp(picture.path, { limitInputPixels: false }).extract({ left, top, width: side, height: side });
  const pixels = await source.raw().toBuffer();
  return Buffer.from(
    Array.from({ length: cutPx * cutPx * 3 }, (_, index) => {
      const channel = index % 3;
      const column = Math.floor(index / 3) % cutPx;
      const row = Math.floor(index / 3 / cutPx);
      return meanOf(pixels, side, channel, Math.floor(column / zoom), Math.floor(row / zoom), Math.max(1, 1 / zoom));
    }),
  );
}

/** Mean of one channel over a square of the given size. */
function meanOf(pixels: Buffer, width: number, channel: number, left: number, top: number, size: number): number {
  let sum = 0;
  for (let y = top; y < top + size; y += 1) {
    for (let x = left; x < left + size; x += 1) sum += pixels[(y * width + x) * 3 + channel] ?? 0;
  }
  return sum / size ** 2;
}

/** Mean difference per sample, 0 to 255. */
function difference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}
