import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { addAnalysis, quality, summary } from "./fake/analyses.ts";
import { publish } from "./fake/analysis.ts";
import type { FakeServer } from "./fake/server.ts";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

function addSlide({ world }: FakeServer): string {
  const { imageId, jobId } = world.addImage("slide.svs");
  world.complete(jobId);
  world.kinds.push(quality);
  return imageId;
}

const item = (page: Page, jobId: string) => page.locator(`[data-analysis="${jobId}"]`);
const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

test("an analysis is started by a form of its kind's parameters, followed, and shown", async () => {
  const { page, server } = await visit();
  const { world } = server;
  const imageId = addSlide(server);
  await page.goto(`/slides/${imageId}`);
  await page.getByRole("button", { name: "New analysis" }).click();
  const form = page.getByRole("form", { name: "New analysis" });
  await form.getByLabel("What it shows").selectOption("slide");
  await form.getByLabel("Cell size").fill("64");
  await form.getByLabel("Find pen marks").uncheck();
  await form.getByRole("button", { name: "Start" }).click();
  await form.waitFor({ state: "detached" });
  await page.locator("button:focus").getByText("New analysis").waitFor();
  const list = page.getByRole("list", { name: "Analyses of this slide" });
  await list.getByText("Waiting for a worker").waitFor();
  const [job] = world.analyses;
  expect(job).toMatchObject({
    imageId,
    parameters: { subject: "slide", cellSizePx: 64, threshold: 0.55, marksPen: false },
  });
  const jobId = job?.jobId ?? "";
  world.moveAnalysis(jobId, { status: "IN_PROGRESS", stage: "ANALYSING", stageFraction: 0.4, attempt: 1 });
  await list.getByText("Analysing · 40%").waitFor();
  world.completeAnalysis(jobId, summary(0.14));
  publish(server, imageId, { jobId });
  await list.getByText("Blurred 14 %").waitFor();
  await list.getByRole("button", { name: "Show" }).click();
  const numbers = page.getByRole("table", { name: "Numbers" });
  await numbers.getByRole("row", { name: "Blurred tissue 14 %" }).waitFor();
  await numbers.getByRole("row", { name: "Tissue unknown" }).waitFor();
  await page.locator("[data-layer=sharpness][data-shown=true]").waitFor();
  expect(searchOf(page)["analysis"]).toBe(jobId);
  await list.getByRole("button", { name: "Show" }).click();
  await page.getByRole("region", { name: "Layers" }).waitFor({ state: "detached" });
  expect(searchOf(page)).not.toHaveProperty("analysis");
});

test("a refusal is told beside the form, with what was typed", async () => {
  const { page, server } = await visit();
  await page.goto(`/slides/${addSlide(server)}`);
  await page.getByRole("button", { name: "New analysis" }).click();
  const form = page.getByRole("form", { name: "New analysis" });
  await form.getByLabel("Least sharpness").fill("0");
  await form.getByRole("button", { name: "Start" }).click();
  await form.getByRole("alert").getByText("“threshold” has to be above 0.").waitFor();
  expect(await form.getByLabel("Least sharpness").inputValue()).toBe("0");
  expect(server.world.analyses).toEqual([]);
  // What the browser knows itself, it says itself.
  await form.getByLabel("Cell size").fill("1");
  await form.getByRole("button", { name: "Start" }).click();
  expect(
    await form.getByLabel("Cell size").evaluate((input) => (input as HTMLInputElement).validity.rangeUnderflow),
  ).toBe(true);
});

test("analyses are cancelled, retried and removed", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const parameters = { subject: "auto" };
  server.world.addAnalysis({ imageId, kind: quality, parameters, parametersSha256: "0" });
  await page.goto(`/slides/${imageId}`);
  const list = page.getByRole("list", { name: "Analyses of this slide" });
  await list.getByRole("button", { name: "Cancel analysis" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel analysis" }).click();
  await list.getByText("The analysis was cancelled.").waitFor();
  await list.getByRole("button", { name: "Retry" }).click();
  await list.getByText("Waiting for a worker").waitFor();
  expect(server.world.analyses.length).toBe(2);
  await list.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove analysis" }).click();
  await list.getByText("The analysis was cancelled.").waitFor({ state: "detached" });
  expect(server.world.analyses.length).toBe(1);
});

test("two analyses are compared: numbers with their difference, and layers of both", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const [older, newer] = [addAnalysis(server, imageId, 0.14), addAnalysis(server, imageId, 0.02, 64)];
  await page.goto(`/slides/${imageId}?x=3000&y=2000&zoom=0.5`);
  await item(page, older).getByRole("button", { name: "Show" }).click();
  await item(page, newer).getByRole("button", { name: "Compare" }).click();
  const comparison = page.getByRole("region", { name: "Comparison" });
  await comparison.getByRole("row", { name: "Blurred tissue 14 % 2 % −12 points" }).waitFor();
  expect(await comparison.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  await comparison.getByText("cellSizePx differs: 128 and 64.").waitFor();
  expect(await page.getByRole("checkbox", { name: "Sharpness" }).count()).toBe(2);
  await page.waitForURL((url) => url.searchParams.get("compare") === newer);
  expect(searchOf(page)).toMatchObject({ x: "3000", y: "2000", zoom: "0.5", analysis: older });
  await page.getByRole("checkbox", { name: "Sharpness" }).last().check();
  await page.waitForURL((url) => url.searchParams.get("compareLayers") === "sharpness:0.6");
  await item(page, newer).getByRole("button", { name: "Compare" }).click();
  await comparison.waitFor({ state: "detached" });
  // What was shown is gone with what was removed.
  await item(page, older).getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove analysis" }).click();
  await page.waitForURL((url) => !url.searchParams.has("analysis"));
  await page.getByRole("region", { name: "Layers" }).waitFor({ state: "detached" });
});

test("older analyses come page by page", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server);
  const jobIds = Array.from({ length: 12 }, () => addAnalysis(server, imageId, 0.02));
  await page.goto(`/slides/${imageId}`);
  const items = page.getByRole("list", { name: "Analyses of this slide" }).getByRole("listitem");
  await items.nth(9).waitFor();
  expect(await items.count()).toBe(10);
  await page.getByRole("button", { name: "Show older" }).click();
  await item(page, jobIds[0] ?? "").waitFor();
  expect(await items.count()).toBe(12);
});

test("without kinds, and before the slide is tiled, the panel says why there is nothing to start", async () => {
  const { page, server } = await visit();
  const { imageId, jobId } = server.world.addImage("slide.svs");
  await page.goto(`/slides/${imageId}`);
  await page.getByText("Analyses can be made once the slide is tiled.").waitFor();
  server.world.complete(jobId);
  await page.getByText("No kind of analysis is known here").waitFor();
});
