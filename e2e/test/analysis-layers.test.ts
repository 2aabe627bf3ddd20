import { fileSource } from "@tilewright/client/node";
import { AnalysisResult } from "@tilewright/core";
import { launchBrowser } from "@tilewright/web/testing/browser";
import { overImage } from "@tilewright/web/testing/over-image";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { blurredFromPx, type ComposedSlides, composeSlides, heightPx, widthPx } from "./composed-slide.ts";
import { Product } from "./product.ts";

const cellPx = 64;
let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let slides: ComposedSlides;
let address: string;
let result: AnalysisResult;
let values: (number | null)[];
const complaints: string[] = [];
beforeAll(async () => {
  [product, browser, slides] = await Promise.all([Product.start(), launchBrowser(), composeSlides()]);
  context = await browser.newContext({ baseURL: product.address, viewport: { width: 1280, height: 901 } });
  page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const { client } = product;
  const { imageId } = await client.uploadImage(await fileSource(slides.blurredPath));
  await client.waitUntilReady(imageId);
  const request = { imageId, kind: "quality", parameters: { cellSizePx: cellPx } };
  const { jobId } = await client.analysis.submit.mutate(request);
  const isDone = async () =>
    expect(await client.analysis.getStatus.query({ jobId })).toMatchObject({ status: "COMPLETED" });
  await vi.waitFor(isDone, { timeout: 60_000, interval: 100 });
  const fetched = async (file: string) => (await fetch(`${product.address}/analyses/${jobId}/${file}`)).json();
  result = AnalysisResult.parse(await fetched("analysis.json"));
  ({ values } = (await fetched("sharpness.json")) as { values: (number | null)[] });
  address = `/slides/${imageId}?analysis=${jobId}`;
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await slides?.remove();
});

const middle = { x: 700, y: 640 } as const;
const beside = { x: 1_150, y: 500 } as const;

/** Opens the slide pixel for pixel. */
async function open(
  where: Page,
  layers: string,
  at: { readonly x: number; readonly y: number } = middle,
): Promise<void> {
  await where.goto(`${address}&layers=${layers}&x=${at.x}&y=${at.y}&zoom=1`);
  await where.locator("[data-viewer-shows=pyramid][data-fully-loaded=true]").waitFor();
}
const shown = (where: Page, name: string) => where.locator(`[data-layer=${name}][data-shown=true]`).waitFor();
/** How much of a layer lies over a pixel of the image, 0 to 255. */
const coverAt = async (x: number, y: number) => (await overImage(page, x - middle.x, y - middle.y))[3] ?? 0;
const cellAt = (x: number, y: number) =>
  values[Math.floor(y / cellPx) * Math.ceil(widthPx / cellPx) + Math.floor(x / cellPx)] ?? null;
const searchOf = (where: Page) => new URL(where.url()).searchParams;

const inFocus = [660, 600] as const;
const outOfFocus = [900, 600] as const;
const onGlass = [1_100, 985] as const;

test("layers are shown and hidden, thinned out and held to a threshold, and end with the image", async () => {
  await open(page, "sharpness:1");
  await shown(page, "sharpness");
  await expect.poll(() => coverAt(...outOfFocus)).toBe(255);
  expect([await coverAt(...inFocus), await coverAt(...onGlass)]).toEqual([0, 0]);
  await page.getByRole("slider", { name: "Threshold: Sharpness" }).press("End");
  await expect.poll(() => coverAt(...inFocus)).toBe(255);
  expect(await coverAt(...onGlass)).toBe(0);
  // The lowest row of cells reaches over the edge.
  expect([await coverAt(blurredFromPx, heightPx - 2), await coverAt(blurredFromPx, heightPx + 6)]).toEqual([255, 0]);
  await page.getByRole("slider", { name: "Opacity: Sharpness" }).press("Home");
  await expect.poll(() => coverAt(...outOfFocus)).toBe(0);
  await page.getByRole("checkbox", { name: "Tissue", exact: true }).check();
  await expect.poll(() => coverAt(...inFocus)).toBe(153);
  expect(await coverAt(...onGlass)).toBe(0);
  await page.getByRole("checkbox", { name: "Tissue", exact: true }).uncheck();
  await expect.poll(() => coverAt(...inFocus)).toBe(0);
});

test("the value under the pointer is the grid's", async () => {
  const told = async ([x, y]: readonly [number, number], at: typeof middle | typeof beside) => {
    await pointAt(page, x - at.x, y - at.y);
    const value = String(cellAt(x, y) ?? "none");
    await expect.poll(() => page.locator("output").textContent()).toBe(`Under the pointer${value}`);
  };
  await open(page, "sharpness:0.6");
  const atEdge = [-4, 4].map((off) => [blurredFromPx + off, 600] as const);
  for (const place of [inFocus, outOfFocus, ...atEdge]) await told(place, middle);
  await open(page, "sharpness:0.6", beside);
  await told([1_240, 500], beside);
  expect([cellAt(...inFocus), cellAt(...outOfFocus)]).toEqual([expect.any(Number), expect.any(Number)]);
});

test("the worst field is out of focus, and going there frames it", async () => {
  const [worst] = result.fields;
  if (!worst) throw new Error("No field is worth a look.");
  expect(worst.value).toBe(Math.min(...values.filter((value) => value !== null)));
  expect(worst.xPx).toBeGreaterThanOrEqual(blurredFromPx - cellPx);
  await open(page, "");
  await page.getByRole("application").focus();
  await page.keyboard.press("n");
  const fields = page.getByRole("region", { name: "Fields worth a look" });
  await fields.getByRole("status").getByText(`1 of ${result.fields.length}: Blurred, ${worst.value}`).waitFor();
  await page.waitForURL((url) => Number(url.searchParams.get("zoom")) > 1);
  const [x, y, zoom] = ["x", "y", "zoom"].map((name) => Number(searchOf(page).get(name))) as [number, number, number];
  const view = await page.locator("[data-viewer-state]").boundingBox();
  const farthest = Math.max(Math.abs(worst.xPx - x), Math.abs(worst.xPx + worst.widthPx - x)) * zoom;
  const lowest = Math.max(Math.abs(worst.yPx - y), Math.abs(worst.yPx + worst.heightPx - y)) * zoom;
  expect(farthest).toBeLessThan((view?.width ?? 0) / 2);
  expect(lowest).toBeLessThan((view?.height ?? 0) / 2);
  expect(worst.widthPx * zoom).toBeGreaterThan((view?.height ?? 0) / 4);
  // Its left edge is drawn over the image.
  const nearEdge = [-3, -2, -1, 0, 1, 2, 3].map((off) => overImage(page, (worst.xPx - x) * zoom + off, 0));
  expect(Math.max(...(await Promise.all(nearEdge)).map(([, , , alpha]) => alpha ?? 0))).toBe(255);
});

test("the address opens the same layers in another tab", async () => {
  await open(page, "sharpness:0.6");
  await shown(page, "sharpness");
  await page.getByRole("slider", { name: "Threshold: Sharpness" }).press("ArrowRight");
  await page.getByRole("slider", { name: "Opacity: Sharpness" }).press("ArrowLeft");
  await page.getByRole("checkbox", { name: "Tissue mask" }).check();
  await page.waitForURL((url) =>
    /^sharpness:0\.55:0\.55\d+,tissueMask:0\.6$/.test(url.searchParams.get("layers") ?? ""),
  );
  const tab = await context.newPage();
  await tab.goto(page.url());
  await tab.locator("[data-viewer-shows=pyramid][data-fully-loaded=true]").waitFor();
  for (const name of ["sharpness", "tissueMask"]) await shown(tab, name);
  const stateOf = async (where: Page) => ({
    checked: await where.getByRole("checkbox", { checked: true }).count(),
    sliders: await where.getByRole("slider").evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value)),
    pixels: await Promise.all(
      [inFocus, outOfFocus, onGlass].map(([x, y]) => overImage(where, x - middle.x, y - middle.y)),
    ),
  });
  await expect.poll(async () => JSON.stringify(await stateOf(tab))).toBe(JSON.stringify(await stateOf(page)));
  const [, , threshold] = (searchOf(page).get("layers") ?? "").split(/[:,]/);
  expect(Number(threshold)).toBeGreaterThan(0.553);
  expect(await stateOf(tab)).toMatchObject({ checked: 2, sliders: ["0.55", threshold, "0.6"] });
  await tab.close();
});

test("all of it can be done by keys alone", async () => {
  const keys = page.keyboard;
  await page.goto(address.split("?")[0] ?? "");
  await page.locator("[data-viewer-shows=pyramid][data-fully-loaded=true]").waitFor();
  const list = page.getByRole("list", { name: "Analyses of this slide" });
  await tabTo(page, page.getByRole("button", { name: "New analysis" }));
  await keys.press("Enter");
  await tabTo(page, page.getByLabel("Cell size"));
  await keys.press("End");
  await tabTo(page, page.getByRole("button", { name: "Start" }));
  await keys.press("Enter");
  const newest = list.getByRole("listitem").first();
  await newest.getByText(/^Blurred \d+ %$/).waitFor({ timeout: 60_000 });
  await expect.poll(() => list.getByRole("listitem").count()).toBe(2);
  await tabTo(page, newest.getByRole("button", { name: "Show" }));
  await keys.press("Enter");
  await shown(page, "sharpness");
  await tabTo(page, page.getByRole("checkbox", { name: "Tissue", exact: true }));
  await keys.press("Space");
  await shown(page, "tissue");
  await tabTo(page, page.getByRole("slider", { name: "Opacity: Sharpness" }));
  await keys.press("Home");
  await page.waitForURL((url) => url.searchParams.get("layers") === "tissue:0.6,sharpness:0");
  await tabTo(page, page.getByRole("application"));
  await keys.press("n");
  await page
    .getByRole("region", { name: "Fields worth a look" })
    .getByText(/^1 of /)
    .waitFor();
  await tabTo(page, newest.getByRole("button", { name: "Remove" }));
  await keys.press("Enter");
  await tabTo(page, page.getByRole("alertdialog").getByRole("button", { name: "Remove analysis" }));
  await keys.press("Enter");
  await expect.poll(() => list.getByRole("listitem").count()).toBe(1);
  await page.getByRole("region", { name: "Layers" }).waitFor({ state: "detached" });
});

test("nothing was complained about on the way", () => {
  expect(complaints).toEqual([]);
});

/** Moves the pointer over the image, counted from the middle of the view. */
async function pointAt(where: Page, rightPx: number, downPx: number): Promise<void> {
  const box = await where.locator("[data-viewer-state]").boundingBox();
  if (!box) throw new Error("There is no viewer.");
  await where.mouse.move(box.x + box.width / 2 + rightPx, box.y + box.height / 2 + downPx);
}

/** Presses Tab until `target` has the focus. */
async function tabTo(where: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await where.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to ${target}.`);
}
