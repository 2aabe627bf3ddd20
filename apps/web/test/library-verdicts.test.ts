import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { addAnalysis } from "./fake/analyses.ts";
import type { FakeServer } from "./fake/server.ts";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

function addSlide(server: FakeServer, name: string, blurred: number | null): string {
  const { imageId, jobId } = server.world.addImage(name);
  server.world.complete(jobId);
  if (blurred !== null) addAnalysis(server, imageId, blurred);
  return imageId;
}

const names = (page: Page) => page.getByRole("list", { name: "Slides" }).getByRole("heading").allTextContents();

test("a slide's card tells the newest verdict, in words and with a sign", async () => {
  const { page, server } = await visit();
  const imageId = addSlide(server, "blurred.svs", 0.14);
  addSlide(server, "unknown.svs", null);
  await page.goto("/");
  const card = page.getByRole("listitem").filter({ hasText: "blurred.svs" });
  const badge = card.locator("[data-level=poor]");
  await badge.getByText("Blurred 14 %").waitFor();
  expect(await badge.locator("svg").count()).toBe(1);
  expect(await page.locator("[data-level]").count()).toBe(1);
  addAnalysis(server, imageId, 0.02);
  await page.reload();
  await card.locator("[data-level=good]").getByText("Sharp").waitFor();
  expect(await page.locator("[data-level]").count()).toBe(1);
});

test("the library is sorted by what analyses found, and its address holds the order", async () => {
  const { page, server } = await visit();
  addSlide(server, "middle.svs", 0.14);
  addSlide(server, "none.svs", null);
  addSlide(server, "sharp.svs", 0.02);
  addSlide(server, "worst.svs", 0.5);
  await page.goto("/");
  const select = page.getByRole("combobox", { name: "Sort by" });
  await select.waitFor();
  expect(await names(page)).toEqual(["worst.svs", "sharp.svs", "none.svs", "middle.svs"]);
  await select.selectOption({ label: "Blurred tissue" });
  await expect.poll(() => names(page)).toEqual(["worst.svs", "middle.svs", "sharp.svs", "none.svs"]);
  await page.getByRole("button", { name: /^Highest first/ }).click();
  await expect.poll(() => names(page)).toEqual(["sharp.svs", "middle.svs", "worst.svs", "none.svs"]);
  expect(new URL(page.url()).search).toBe("?sort=quality.blurredFraction.asc");
  await page.reload();
  await expect.poll(() => names(page)).toEqual(["sharp.svs", "middle.svs", "worst.svs", "none.svs"]);
  await select.selectOption({ label: "Newest first" });
  await expect.poll(() => names(page)).toEqual(["worst.svs", "sharp.svs", "none.svs", "middle.svs"]);
});

test("a long library goes on in its order", async () => {
  const { page, server } = await visit();
  for (let index = 0; index < 30; index++) addSlide(server, `${index}.svs`, (index % 15) / 15 + index / 1e4);
  await page.goto("/?sort=quality.blurredFraction.desc");
  await expect.poll(async () => (await names(page)).length).toBe(24);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect.poll(async () => (await names(page)).length).toBe(30);
  const found = (await names(page)).map((name) => Number.parseInt(name, 10));
  const values = found.map((index) => (index % 15) / 15 + index / 1e4);
  expect(values).toEqual(values.toSorted((one, other) => other - one));
});
