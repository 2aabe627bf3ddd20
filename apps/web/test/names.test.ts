import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { choose, tiff, useBrowser, visit } from "./visit.ts";

useBrowser();

const names = {
  long: `${"x".repeat(251)}.svs`,
  "right to left": `${"שקופית".repeat(40)}.svs`,
  "turned around": `slide-\u202egpj.svs`,
};

/** What is wider than the window, or than the box that it lies in without being cut off. */
const overflowing = (page: Page) =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll("h1, h2, li, dd, [role=alertdialog], [role=group]")]
      .filter((element) => {
        const isCut = getComputedStyle(element).overflowX !== "visible" && element !== document.documentElement;
        return !isCut && element.scrollWidth > Math.max(element.clientWidth, 1);
      })
      .map((element) => `${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`),
  );

test.each(Object.entries(names).flatMap(([kind, name]) => [390, 1_280].map((width) => ({ kind, name, width }))))(
  "a name that is $kind stays in its place, in a window of $width px",
  async ({ name, width }) => {
    const { page, server } = await visit({ viewport: { width, height: 800 } });
    const { imageId, jobId } = server.world.addImage(name);
    server.world.complete(jobId);
    const failure = { failureCode: "CORRUPT_IMAGE", failureReason: "y".repeat(500) } as const;
    const failed = server.world.addImage(name, 5, { status: "FAILED", attempt: 1, ...failure });
    await page.goto("/");
    await page.locator("li").nth(1).waitFor();
    expect(await overflowing(page)).toEqual([]);
    for (const slide of [imageId, failed.imageId]) {
      await page.goto(`/slides/${slide}`);
      await page.getByRole("list", { name: "History" }).waitFor();
      await page.getByRole("button", { name: "Delete", exact: true }).first().click();
      await page.getByRole("alertdialog").waitFor();
      expect(await overflowing(page)).toEqual([]);
      const isIsolated = await page
        .locator("h1 bdi, [role=alertdialog] bdi")
        .evaluateAll((all) => all.map((element) => getComputedStyle(element).unicodeBidi));
      expect(isIsolated).toEqual(["isolate", "isolate"]);
      expect(await page.title()).toBe(`\u2068${name.replace("\u202e", "\ufffd")}\u2069 – Tilewright`);
    }
  },
);

test("a name that turns text round is told as it is, also where it is uploaded and left out", async () => {
  const { page, server } = await visit();
  const name = names["turned around"];
  const { imageId, jobId } = server.world.addImage(name);
  server.world.complete(jobId);
  server.beforePart = () => new Promise(() => {});
  await page.goto(`/slides/${imageId}`);
  await page.locator("[data-viewer-state=open]").waitFor();
  await page.getByRole("link", { name: "Back to the library" }).click();
  await choose(page, [await tiff(name, 5), await tiff("notes\u202egpj.txt", 5)]);
  const uploads = page.getByRole("region", { name: "Uploads" });
  await uploads.getByText("Left out, as it is no image: \u2068notes\ufffdgpj.txt\u2069.").waitFor();
  expect(await misleading(page)).toEqual([]);
  await page.getByRole("button", { name: "Cancel upload of slide-\ufffdgpj.svs" }).click();
  await page.getByRole("alertdialog").waitFor();
  expect(await misleading(page)).toEqual([]);
  await page.getByRole("button", { name: "Keep uploading" }).click();
  await page.getByRole("list", { name: "Slides" }).getByRole("link").click();
  await page.locator("[data-viewer-state=open]").waitFor();
  expect(await misleading(page)).toEqual([]);
});

/** Everything that is shown or read out with an override of the direction in it. */
const misleading = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .flatMap((element) => [element.ariaLabel, element.getAttribute("title"), element.getAttribute("aria-valuetext")])
      .concat(document.title, document.body.textContent ?? "")
      .filter((said) => said?.includes("\u202e")),
  );
