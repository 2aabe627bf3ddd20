import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture, type Picture } from "./picture.ts";
import { Product } from "./product.ts";
import { expectPixels, openAt } from "./viewer-pixels.ts";

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
  // The viewer may open on the preview, which is softer.
  await page.locator("[data-viewer-shows=pyramid][data-fully-loaded=true]").waitFor({ timeout: 60_000 });
});

test.each([
  [1 / 8, 6_000, 4_504],
  [1 / 2, 3_002, 7_000],
  [1, 5_801, 2_203],
  [1, 11_900, 8_900],
  [16, 7_781, 4_267],
])("at zoom %d around %d, %d the screen shows the source's pixels", async (zoom, x, y) => {
  const { pathname } = new URL(page.url());
  await openAt(page, `${product.address}${pathname}`, { zoom, x, y });
  await expectPixels(page, picture, { zoom, x, y });
});

test("nobody else on the machine can read what was written", async () => {
  const forOthers = 0o007;
  const entries = await readdir(product.dataDirectory, { recursive: true, withFileTypes: true });
  const open: string[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path).catch(() => ({ mode: 0 }));
    if ((mode & forOthers) !== 0) open.push(path);
  }
  expect(entries.length).toBeGreaterThan(10);
  expect(open).toEqual([]);
});

test("nothing was complained about on the way", () => {
  expect(complaints).toEqual([]);
});
