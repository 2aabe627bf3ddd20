import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { choose, tiff, useBrowser, visit } from "./visit.ts";

useBrowser();

test("the uploaded file can be downloaded, whatever became of it", async () => {
  const { page, server } = await visit();
  const failure = { failureCode: "CORRUPT_IMAGE", failureReason: "Strip 12 is missing." } as const;
  const { imageId } = server.world.addImage("slide.svs", 5, { status: "FAILED", ...failure });
  await page.goto(`/slides/${imageId}`);
  const link = page.getByRole("link", { name: "Download original" });
  expect(await link.getAttribute("href")).toBe(`/images/${imageId}/source`);
  const download = page.waitForEvent("download");
  await link.click();
  expect((await download).suggestedFilename()).toBe("slide.svs");
});

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (!box) throw new Error("It is not shown.");
  return box;
}

test.each([
  { width: 1_280, height: 800 },
  { width: 800, height: 1_000 },
  { width: 390, height: 844 },
])("the uploads cover neither scale bar nor history at $width × $height", async (viewport) => {
  const { page, server } = await visit({ viewport });
  const { imageId, jobId } = server.world.addImage("slide.svs");
  server.world.complete(jobId);
  await page.goto("/");
  const files = await Promise.all(["a.tif", "b.tif", "c.tif"].map((name) => tiff(name, 5)));
  await choose(page, files);
  await page.getByRole("link", { name: "Open c.tif" }).waitFor();
  await page.getByRole("link", { name: "slide.svs", exact: true }).click();
  const scale = page.getByRole("img", { name: /^Scale/ });
  await scale.waitFor();
  const tray = page.locator("[data-upload-tray]");
  expect(page.url()).toContain(imageId);
  // In a window that is too low for both, the page scrolls.
  if (viewport.width < 500) await page.evaluate(() => scrollTo(0, 150));
  const [bar, cover] = [await boxOf(scale), await boxOf(tray)];
  const isBeside = bar.x + bar.width <= cover.x || bar.y + bar.height <= cover.y;
  expect(isBeside, JSON.stringify({ bar, cover })).toBe(true);

  const panel = page.getByRole("region", { name: "About this slide" });
  if (viewport.width > 1_000) {
    const { y, height } = await boxOf(panel);
    expect(y + height, "the panel's end").toBeLessThanOrEqual(cover.y);
  }
  const last = page.getByRole("list", { name: "History" }).getByRole("listitem").last();
  await panel.evaluate((element) => element.scrollTo(0, 1e6));
  await page.evaluate(() => scrollTo(0, 1e6));
  const event = await boxOf(last);
  expect(event.y + event.height, "the history's end").toBeLessThanOrEqual(cover.y);

  await page.getByRole("button", { name: "Fold the uploads", exact: true }).click();
  await expect
    .poll(() => page.evaluate(() => parseFloat(document.documentElement.style.getPropertyValue("--tw-tray-height"))))
    .toBeLessThan(80);
});
