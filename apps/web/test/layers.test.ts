import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { columns, publish, sharpness } from "./fake/analysis.ts";
import type { FakeServer } from "./fake/server.ts";
import { preview } from "./fake/world.ts";
import { overImage } from "./over-image.ts";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

function addSlide({ world }: FakeServer): string {
  const { imageId, jobId } = world.addImage("slide.svs");
  world.complete(jobId);
  return imageId;
}

const rendered = (page: Page) => page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor();
const shown = (page: Page, name: string) => page.locator(`[data-layer=${name}][data-shown=true]`).waitFor();
const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

test("a grid lies over its pixels, turned and zoomed with them, and its threshold clears cells", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const { jobId } = publish(server, imageId);
  // The middle is in column 29, whose value is just below the threshold of 0.5.
  await page.goto(`/slides/${imageId}?analysis=${jobId}&layers=sharpness:1&x=2950&y=1050&zoom=1&rotation=90`);
  await rendered(page);
  await shown(page, "sharpness");
  const opaque = async (rightPx: number, downPx: number) => (await overImage(page, rightPx, downPx))[3] === 255;
  await expect.poll(() => opaque(0, 0)).toBe(true);
  // Turned clockwise by a quarter, the image's right is the screen's bottom.
  expect(await opaque(0, 49)).toBe(true);
  expect(await opaque(0, 52)).toBe(false);
  expect(await opaque(150, 0)).toBe(true);
  await page.getByRole("slider", { name: "Threshold: Sharpness" }).press("End");
  await expect.poll(() => opaque(0, 52)).toBe(true);
  await page.waitForURL((url) => url.searchParams.get("layers") === "sharpness:1:all");
  await page.getByRole("button", { name: "Zoom out" }).click();
  await page.waitForURL(/zoom=0\.5/);
  expect(searchOf(page)).toMatchObject({ analysis: jobId, layers: "sharpness:1:all" });
  const [left, right] = [await overImage(page, 0, -400), await overImage(page, 0, 300)];
  expect(left).not.toEqual(right);
});

test("outlines are filled but for their holes, and a picture lies in its rectangle", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const { jobId } = publish(server, imageId);
  await page.goto(`/slides/${imageId}?analysis=${jobId}&layers=tissue:1,mask:1&x=2500&y=2500&zoom=0.5`);
  await rendered(page);
  await shown(page, "tissue");
  await shown(page, "mask");
  await page.getByRole("list", { name: "Classes" }).getByText("Pen").waitFor();
  const at = (xPx: number, yPx: number) => overImage(page, (xPx - 2_500) / 2, (yPx - 2_500) / 2);
  await expect.poll(() => at(2_700, 2_700)).toEqual([0x00, 0x72, 0xb2, 255]);
  expect(await at(2_400, 2_400)).toEqual([0, 0, 0, 0]);
  // A point is seen at any zoom.
  const [red = 0, green = 0, , alpha] = await at(2_000, 2_200);
  expect([green - red > 90, alpha]).toEqual([true, 255]);
  expect(await at(3_300, 2_700)).toEqual([255, 0, 0, 255]);
  expect(await at(3_300, 1_900)).toEqual([0, 0, 0, 0]);
  const filling = page.getByRole("slider", { name: "Opacity of the filling: Tissue" });
  await filling.press("Home");
  await page.waitForURL((url) => url.searchParams.get("layers") === "mask:1,tissue:0");
  await expect.poll(() => at(2_700, 2_700)).toEqual([0, 0, 0, 0]);
  expect((await at(3_000, 2_600))[3]).toBe(255);
});

test("the value is told under the pointer and, for keys, in the middle of the view", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const { jobId } = publish(server, imageId);
  await page.goto(`/slides/${imageId}?analysis=${jobId}&x=3050&y=1050&zoom=1`);
  await rendered(page);
  const value = (column: number) => String(Number(((column + 0.5) / columns).toPrecision(4)));
  const reading = page.locator("output");
  await expect.poll(() => reading.textContent()).toBe(`In the middle of the view${value(30)}`);
  const box = await page.locator("[data-viewer-state]").boundingBox();
  if (!box) throw new Error("No viewer.");
  await page.mouse.move(box.x + box.width / 2 + 200, box.y + box.height / 2);
  await expect.poll(() => reading.textContent()).toBe(`Under the pointer${value(32)}`);
  await page.getByRole("application").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => reading.textContent()).toBe(`In the middle of the view${value(31)}`);
  expect(await reading.getAttribute("aria-live")).toBe("polite");
});

test("keys and buttons go from field to field, and the address follows", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const { jobId } = publish(server, imageId);
  await page.goto(`/slides/${imageId}?analysis=${jobId}&layers=&rotation=90`);
  await rendered(page);
  const fields = page.getByRole("region", { name: "Fields worth a look" });
  await fields.getByText("2 in all").waitFor();
  await page.getByRole("application").focus();
  await page.keyboard.press("n");
  await fields.getByRole("status").getByText("1 of 2: Blurred, 0.02").waitFor();
  await page.waitForURL(/x=200&y=1100&/);
  expect(searchOf(page)).toMatchObject({ analysis: jobId, layers: "", rotation: "90" });
  await page.keyboard.press("Shift+N");
  await fields.getByRole("status").getByText("2 of 2: Out of focus, 0.25").waitFor();
  await page.waitForURL(/x=1600&/);
  await fields.getByRole("button", { name: "Next field" }).click();
  await page.waitForURL(/x=200&/);
  await fields.getByRole("button", { name: "Out of focus, 0.25" }).click();
  await page.waitForURL(/x=1600&/);
  expect(await fields.getByRole("button", { name: "Out of focus, 0.25" }).getAttribute("aria-current")).toBe("true");
});

test("the copied link holds the layers as they are shown", async () => {
  const { page, server } = await visit({ permissions: ["clipboard-read", "clipboard-write"] });
  const imageId = addSlide(server);
  const { jobId } = publish(server, imageId);
  await page.goto(`/slides/${imageId}?analysis=${jobId}&x=3000&y=2000&zoom=0.5`);
  await rendered(page);
  await page.getByRole("checkbox", { name: "Tissue" }).check();
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByRole("status").getByText("Link copied").waitFor();
  const copied = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(Object.fromEntries(copied.searchParams)).toEqual({
    x: "3000",
    y: "2000",
    zoom: "0.5",
    analysis: jobId,
    layers: "sharpness:0.6,tissue:0.6",
  });
  await page.goto(copied.href);
  await shown(page, "sharpness");
  await shown(page, "tissue");
  await page.getByRole("checkbox", { name: "Sharpness" }).uncheck();
  await page.waitForURL((url) => url.searchParams.get("layers") === "tissue:0.6");
});

test("a layer that is lost or damaged says so, and the others are shown", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const wide = { ...sharpness, name: "wide", title: "Wide", columns: 61, file: "sharpness.json" } as const;
  const long = { ...sharpness, name: "long", title: "Long", sizeBytes: 10, file: "long.json" } as const;
  const whole = publish(server, imageId);
  const { jobId } = publish(server, imageId, { jobId: whole.jobId, layers: [...whole.layers, wide, long] });
  server.published.delete(`/analyses/${jobId}/tissue.geojson`);
  server.published.set(`/analyses/${jobId}/mask.png`, "no picture");
  server.published.set(`/analyses/${jobId}/long.json`, JSON.stringify({ values: [1, 2, 3, 4, 5] }));
  await page.goto(`/slides/${imageId}?analysis=${jobId}&layers=sharpness:1,tissue:1,mask:1,wide:1,long:1`);
  await rendered(page);
  await shown(page, "sharpness");
  for (const [name, sentence] of [
    ["tissue", "It is not there any more."],
    ["mask", "It is damaged, or no picture."],
    ["wide", "It is damaged, or of a form that this page does not know."],
    ["long", "It is longer than it may be."],
  ]) {
    await page
      .locator(`[data-layer=${name}]`)
      .getByRole("alert")
      .getByText(sentence ?? "")
      .waitFor();
  }
  expect(await page.locator("[data-shown=true]").count()).toBe(1);
});

test.each([
  ["is not there", null, "It is not there any more."],
  ["is no result", JSON.stringify({ format: "tilewright-analysis/2" }), "of a form that this page does not know"],
  ["is too long", " ".repeat(1024 * 1024 + 1), "It is longer than it may be."],
])("an analysis that %s says so, and the slide is seen", async (_, body, sentence) => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const { jobId } = publish(server, imageId);
  if (body === null) server.published.clear();
  else server.published.set(`/analyses/${jobId}/analysis.json`, body);
  await page.goto(`/slides/${imageId}?analysis=${jobId}`);
  await rendered(page);
  await page.getByRole("region", { name: "Layers" }).getByRole("alert").getByText(sentence).waitFor();
});

test("an analysis of another slide is not laid over this one", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const { jobId } = publish(server, addSlide(server));
  await page.goto(`/slides/${imageId}?analysis=${jobId}&layers=sharpness:1`);
  await page.getByText("This analysis is of another slide.").waitFor();
  expect(await page.getByRole("checkbox").count()).toBe(0);
});

test("two analyses lie over one image, each with its own layers", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const one = publish(server, imageId);
  const other = publish(server, imageId, { kind: { name: "quality", version: "1.1.0" } });
  await page.goto(`/slides/${imageId}?analysis=${one.jobId}&compare=${other.jobId}`);
  await rendered(page);
  await page.getByRole("heading", { name: /^quality 1\.1\.0/ }).waitFor();
  expect(await page.getByRole("checkbox", { checked: true }).count()).toBe(1);
  await page.getByRole("checkbox", { name: "Tissue" }).last().check();
  await page.waitForURL((url) => url.searchParams.get("compareLayers") === "tissue:0.6");
  expect(await page.getByRole("checkbox", { name: "Tissue" }).first().isChecked()).toBe(false);
});

test("layers stay while the pyramid takes its preview's place, and in full screen", async () => {
  const { page, server } = await visit();
  const { imageId, jobId } = server.world.addImage("slide.svs", 5, { status: "IN_PROGRESS", attempt: 1, preview });
  const analysis = publish(server, imageId).jobId;
  await page.goto(`/slides/${imageId}?analysis=${analysis}&layers=sharpness:1&x=1000&y=1050&zoom=0.5`);
  await page.locator("[data-viewer-shows=preview][data-fully-loaded=true]").waitFor();
  await shown(page, "sharpness");
  await expect.poll(async () => (await overImage(page, 0, 0))[3]).toBe(255);
  const canvas = page.locator("canvas[data-drawn]");
  await canvas.evaluate((element) => element.setAttribute("data-same", "yes"));
  const before = await overImage(page, 0, 0);
  server.world.complete(jobId);
  await page.locator("[data-viewer-shows=pyramid][data-fully-loaded=true]").waitFor();
  expect(await canvas.getAttribute("data-same")).toBe("yes");
  expect(await overImage(page, 0, 0)).toEqual(before);
  await page.getByRole("button", { name: "Full screen" }).click();
  await page.getByRole("button", { name: "Leave full screen" }).waitFor();
  await page.getByRole("region", { name: "Layers" }).getByRole("checkbox", { name: "Mask" }).check();
  await shown(page, "mask");
  await expect.poll(async () => (await overImage(page, 0, 0))[3]).toBe(255);
});

test("a closed panel goes on to show its layers", async () => {
  const { page, server } = await visit({ viewport: { width: 360, height: 800 } });
  const imageId = addSlide(server);
  const { jobId } = publish(server, imageId);
  await page.goto(`/slides/${imageId}?analysis=${jobId}&layers=sharpness:1&x=1000&y=1050&zoom=0.5`);
  await rendered(page);
  const panel = page.getByRole("region", { name: "Layers" });
  expect(await panel.isVisible()).toBe(false);
  await expect.poll(async () => (await overImage(page, 0, 0))[3]).toBe(255);
  const button = page.getByRole("button", { name: "Layers", exact: true });
  expect(await button.getAttribute("aria-expanded")).toBe("false");
  await button.press("Enter");
  await panel.waitFor();
  await panel.getByRole("button", { name: "Close layers" }).press("Enter");
  await panel.waitFor({ state: "hidden" });
});
