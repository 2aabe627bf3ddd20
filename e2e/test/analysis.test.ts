import { expectAccessible } from "@tilewright/web/testing/axe";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ComposedSlides, composeSlides, truth } from "./composed-slide.ts";
import { Product } from "./product.ts";
import { workerProcesses } from "./worker-processes.ts";

let product: Product;
let browser: Browser;
let page: Page;
let slides: ComposedSlides;
const complaints: string[] = [];
beforeAll(async () => {
  [product, browser, slides] = await Promise.all([Product.start(), launchBrowser(), composeSlides()]);
  page = await browser.newPage({ baseURL: product.address, viewport: { width: 1280, height: 901 } });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await slides?.remove();
});

const list = () => page.getByRole("list", { name: "Analyses of this slide" });
const items = () => list().getByRole("listitem");
const newest = () => items().first();

/** Starts one by the form of its kind. */
async function start(cellSizePx: string): Promise<void> {
  await page.getByRole("button", { name: "New analysis" }).click();
  const form = page.getByRole("form", { name: "New analysis" });
  await form.getByLabel("Kind").selectOption({ label: "Slide quality 1.0.0" });
  await form.getByLabel("Cell size").selectOption(cellSizePx);
  await form.getByRole("button", { name: "Start" }).click();
  await form.waitFor({ state: "detached" });
}

const slideNamed = async (name: string) => {
  const { images } = await product.client.images.list.query({});
  const image = images.find((each) => each.name === name);
  if (!image) throw new Error(`There is no ${name}.`);
  return image;
};
const analysesOf = async (imageId: string) => (await product.client.analysis.list.query({ imageId })).jobs;

test("a person drops slides, starts an analysis by its form, and reads what is blurred", async () => {
  await page.goto("/");
  await page.locator("input[type=file]").first().setInputFiles([slides.sharpPath, slides.blurredPath]);
  await page.getByRole("link", { name: "Open half-blurred.png" }).click({ timeout: 60_000 });
  await page.locator("[data-viewer-shows=pyramid]").waitFor({ timeout: 60_000 });
  // The uploads are still there, and cover nothing of the form.
  await start("64");
  await newest()
    .getByText(/^Blurred \d+ %$/)
    .waitFor({ timeout: 60_000 });
  await newest().getByRole("button", { name: "Show" }).click();
  const { imageId } = await slideNamed("half-blurred.png");
  const [analysis] = await analysesOf(imageId);
  expect(analysis).toMatchObject({ status: "COMPLETED", attempt: 1, parameters: { cellSizePx: 64 } });
  const found = Object.fromEntries((analysis?.summary?.numbers ?? []).map(({ name, value }) => [name, value ?? -1]));
  expect(Math.abs((found["tissueFraction"] ?? -1) - truth.tissueFraction)).toBeLessThan(0.02);
  expect(Math.abs((found["blurredFraction"] ?? -1) - truth.blurredFraction)).toBeLessThan(0.04);
  const percent = Math.round((found["blurredFraction"] ?? -1) * 1_000) / 10;
  await page
    .getByRole("table", { name: "Numbers" })
    .getByRole("row", { name: `Blurred tissue ${percent} %` })
    .waitFor();
});

test("the library tells both slides' verdicts, and puts the worst first or last", async () => {
  const { imageId } = await slideNamed("sharp.png");
  await product.client.analysis.submit.mutate({ imageId, kind: "quality" });
  await expect.poll(() => analysesOf(imageId), { timeout: 60_000 }).toMatchObject([{ status: "COMPLETED" }]);
  await page.goto("/");
  const card = (name: string) =>
    page.getByRole("list", { name: "Slides" }).getByRole("listitem").filter({ hasText: name });
  await card("half-blurred.png")
    .locator("[data-level=poor]")
    .getByText(/^Blurred \d+ %$/)
    .waitFor();
  await card("sharp.png").locator("[data-level=good]").getByText("Sharp", { exact: true }).waitFor();
  const names = () => page.getByRole("list", { name: "Slides" }).getByRole("heading").allTextContents();
  await page.getByRole("combobox", { name: "Sort by" }).selectOption({ label: "Blurred tissue" });
  await expect.poll(names).toEqual(["half-blurred.png", "sharp.png"]);
  await page.getByRole("button", { name: /^Highest first/ }).click();
  await expect.poll(names).toEqual(["sharp.png", "half-blurred.png"]);
});

test("two analyses are compared, in numbers and in layers", async () => {
  await page.getByRole("link", { name: "half-blurred.png" }).click();
  await start("128");
  await newest()
    .getByText(/^Blurred \d+ %$/)
    .waitFor({ timeout: 60_000 });
  await items().last().getByRole("button", { name: "Show" }).click();
  await newest().getByRole("button", { name: "Compare" }).click();
  const comparison = page.getByRole("region", { name: "Comparison" });
  await comparison.getByText("cellSizePx differs: 64 and 128.").waitFor();
  await comparison.getByRole("row", { name: /^Tissue [\d.]+ % [\d.]+ % 0 points$/ }).waitFor();
  const sharpness = page.getByRole("checkbox", { name: "Sharpness" });
  await sharpness.last().check();
  await page.locator("[data-layer=sharpness][data-shown=true]").nth(1).waitFor();
  await page.waitForURL((url) => url.searchParams.get("compareLayers") === "sharpness:0.6");
});

test.each(["light", "dark"] as const)("axe finds nothing in the layers of two analyses: %s", async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  await page.locator(`[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  await expectAccessible(page);
});

test("an analysis that waits is cancelled, and one that is done is removed for good", async () => {
  const { imageId } = await slideNamed("half-blurred.png");
  const workers = workerProcesses(product).map(({ pid }) => pid);
  expect(workers.length).toBe(1);
  for (const pid of workers) process.kill(pid, "SIGSTOP");
  await start("256");
  await newest()
    .getByText(/Waiting|Reading/)
    .waitFor();
  await newest().getByRole("button", { name: "Cancel analysis" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel analysis" }).click();
  await newest().getByText("The analysis was cancelled.").waitFor();
  for (const pid of workers) process.kill(pid, "SIGCONT");
  const jobs = await analysesOf(imageId);
  const shown = jobs.at(-1)?.jobId ?? "";
  const removed = `${product.address}/analyses/${shown}/analysis.json`;
  expect((await fetch(removed)).status).toBe(200);
  for (const which of [items().last(), newest()]) {
    const count = await items().count();
    await which.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove analysis" }).click();
    await expect.poll(() => items().count()).toBe(count - 1);
  }
  await page.getByRole("region", { name: "Layers" }).waitFor({ state: "detached" });
  expect((await analysesOf(imageId)).map(({ jobId }) => jobId)).toEqual([jobs[1]?.jobId]);
  await expect.poll(async () => (await fetch(removed)).status, { timeout: 90_000 }).toBe(404);
});

test("nothing was complained about on the way", () => {
  expect(complaints).toEqual([]);
});
