import { expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { addAnalysis, quality } from "./fake/analyses.ts";
import { publish } from "./fake/analysis.ts";
import type { World } from "./fake/world.ts";
import { choose, tiff, useBrowser, visit } from "./visit.ts";

useBrowser();

function populate(world: World) {
  const { imageId: done, jobId } = world.addImage("done.svs");
  world.move(jobId, { status: "IN_PROGRESS", attempt: 1, startedAt: world.tick() });
  world.complete(jobId);
  const failure = { failureCode: "CORRUPT_IMAGE", failureReason: "Strip 12 is missing." } as const;
  const { imageId: failed } = world.addImage("failed.tif", 5, { status: "FAILED", ...failure });
  const tiles = { stage: "TILING", stageFraction: 2 / 7, tilesDone: 2, tilesTotal: 7, attempt: 2 } as const;
  const { imageId: moving } = world.addImage("moving.tif", 5, { status: "IN_PROGRESS", ...tiles });
  const { imageId: waiting } = world.addImage("waiting.tif");
  return { done, failed, moving, waiting };
}

const looks = (["light", "dark"] as const).flatMap((colorScheme) =>
  [360, 1_280].map((width) => ({ colorScheme, viewport: { width, height: 800 } })),
);

test.each(looks)("library and slides: $colorScheme, $viewport.width px", async (look) => {
  const { page, server } = await visit(look);
  const { done, failed, moving, waiting } = populate(server.world);
  await page.goto("/");
  await page.getByRole("heading", { name: "moving.tif" }).waitFor();
  await expectAccessible(page);
  for (const imageId of [failed, moving]) {
    await page.goto(`/slides/${imageId}`);
    await page.getByRole("list", { name: "History" }).waitFor();
    await expectAccessible(page);
  }
  await page.goto(`/slides/${failed}`);
  await page.getByRole("button", { name: "Delete" }).first().click();
  await page.getByRole("alertdialog").waitFor();
  await expectAccessible(page);
  server.world.hasWorker = false;
  await page.goto(`/slides/${waiting}`);
  await page.getByRole("heading", { name: "Your slide is waiting" }).waitFor();
  await expectAccessible(page);
  await page.goto(`/slides/${moving}`);
  await page.getByRole("button", { name: "Cancel tiling" }).click();
  await page.getByRole("button", { name: "Keep tiling" }).waitFor();
  await expectAccessible(page);
  await page.goto(`/slides/${done}`);
  await page.locator("[data-fully-loaded=true]").waitFor();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test.each(looks)("empty library, uploads, unknown pages: $colorScheme, $viewport.width px", async (look) => {
  const { page, server } = await visit(look);
  await page.goto("/nowhere");
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await expectAccessible(page);
  await page.goto("/slides/not-an-id");
  await page.getByRole("heading", { name: "This slide does not exist" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Back to the library" }).click();
  await page.getByRole("heading", { name: "Drop your first image here" }).waitFor();
  await expectAccessible(page);
  server.beforePart = (partNumber) => (partNumber === 2 ? new Promise(() => {}) : Promise.resolve());
  await choose(page, await Promise.all([tiff("small.tif", 5), tiff("large.tif", 9_000_000), tiff("empty.tif", 0)]));
  await page.getByRole("link", { name: "Open small.tif" }).waitFor();
  await page.getByRole("button", { name: "Pause large.tif" }).click();
  await page.getByText("The file is empty").waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Cancel upload of large.tif" }).click();
  await page.getByRole("button", { name: "Keep uploading" }).waitFor();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test.each(looks)("layers over a slide: $colorScheme, $viewport.width px", async (look) => {
  const { page, server } = await visit(look);
  const { done } = populate(server.world);
  const { jobId } = publish(server, done);
  const { jobId: other } = publish(server, done);
  server.published.delete(`/analyses/${other}/mask.png`);
  const search = `analysis=${jobId}&layers=sharpness:0.6,tissue:0.5,mask:1&compare=${other}&compareLayers=mask:1`;
  await page.goto(`/slides/${done}?${search}`);
  await page.locator("[data-fully-loaded=true]").waitFor();
  const panel = page.getByRole("region", { name: "Layers" });
  if (!(await panel.isVisible())) await page.getByRole("button", { name: "Layers", exact: true }).click();
  await panel.getByRole("alert").waitFor();
  await page.getByRole("application").focus();
  await page.keyboard.press("n");
  await panel.getByText("1 of 2").waitFor();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test.each(looks)("analyses of a slide: $colorScheme, $viewport.width px", async (look) => {
  const { page, server } = await visit(look);
  const { done } = populate(server.world);
  server.world.kinds.push(quality);
  const older = addAnalysis(server, done, 0.14);
  const newer = addAnalysis(server, done, 0.02, 64);
  const { jobId } = server.world.addAnalysis({ imageId: done, kind: quality, parameters: {}, parametersSha256: "0" });
  server.world.moveAnalysis(jobId, { status: "IN_PROGRESS", stage: "ANALYSING", stageFraction: 0.4, attempt: 1 });
  await page.goto("/?sort=quality.blurredFraction.desc");
  await page.locator("[data-level]").waitFor();
  await page.getByRole("combobox", { name: "Sort by" }).waitFor();
  await expectAccessible(page);
  await page.goto(`/slides/${done}?analysis=${older}&layers=&compare=${newer}`);
  await page.locator("[data-fully-loaded=true]").waitFor();
  await page.getByRole("region", { name: "Comparison" }).waitFor();
  await page.getByRole("button", { name: "New analysis" }).click();
  await page.getByRole("form", { name: "New analysis" }).scrollIntoViewIfNeeded();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
