import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { FakeServer } from "./fake/server.ts";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

function addSlide({ world }: FakeServer): string {
  const { imageId, jobId } = world.addImage("slide.svs");
  world.complete(jobId);
  return imageId;
}

/** How much of the viewer shows the image and not the page behind it, and which zoom it reads. */
async function shown(page: Page): Promise<{ coverage: number; zoom: string }> {
  await page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor();
  const zoom = (await page.getByRole("img", { name: /^Zoom/ }).getAttribute("aria-label")) ?? "";
  const coverage = await page
    .locator(".openseadragon-canvas canvas")
    .first()
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const context = canvas.getContext("2d");
      if (!context) throw new Error("No canvas.");
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      let drawn = 0;
      for (let at = 3; at < data.length; at += 4) if (data[at] === 255) drawn += 1;
      return drawn / (data.length / 4);
    });
  return { coverage, zoom };
}

test("what makes no sense in an address is as if it were not there", async () => {
  const { page, server } = await visit();
  const slide = `/slides/${addSlide(server)}`;
  await page.goto(slide);
  const plain = await shown(page);
  for (const search of [
    ...["x=abc", "x=abc&y=b&zoom=0", "x=100&y=abc&zoom=1&y=2&x=1&zoom=2", "zoom=0", "zoom=-1", "zoom=NaN"],
    ...["zoom=Infinity", "zoom=1e400", "x=&y=&zoom=&rotation=", "x=1&x=2", "rotation=abc", "rotation=360"],
    ...["x=%00", "x=%5B1%5D&zoom=null", "x={}&y=true", "y=%E0%A4%A", "__proto__=1&constructor=2"],
  ]) {
    await page.goto(`${slide}?${search}`);
    expect(await shown(page), search).toEqual(plain);
  }
});

test("a place that is out of reach is shown as near as can be", async () => {
  const { page, server } = await visit();
  const slide = `/slides/${addSlide(server)}`;
  for (const [search, zoom] of [
    ["x=1e308&y=-1e308&zoom=1e308", "Zoom 2400%"],
    ["x=99999999&y=99999999&zoom=1", "Zoom 100%"],
    ["x=-5&y=2000&zoom=2", "Zoom 200%"],
    ["x=3000&y=2000&zoom=1e-300", /^Zoom (10|11|12)%$/],
    ["x=3000&zoom=1&rotation=-450", "Zoom 100%"],
    ["zoom=1", "Zoom 100%"],
  ] as const) {
    await page.goto(`${slide}?${search}`);
    const seen = await shown(page);
    expect(seen.coverage, search).toBeGreaterThan(0.2);
    expect(seen.zoom, search).toMatch(zoom);
  }
});

const unknown = "This slide does not exist";
const gone = "This slide is no longer here";

test.each([
  ["/slides/not-an-id", unknown],
  ["/slides/%00", unknown],
  ["/slides/%2F%2Fetc", unknown],
  ["/slides/%E0%A4%A", "There is no such page"],
  [`/slides/${"x".repeat(60)}`, unknown],
  ["/slides/00000000-0000-0000-0000-000000000000", gone],
  ["/slides/00000000-0000-4000-8000-000000000000?x=abc", gone],
  ["/slides", "There is no such page"],
  ["/slides/a/b", "There is no such page"],
  ["/?limit=abc&cursor=1", "Library"],
  ["/?page=-1#%E0%A4%A", "Library"],
])("%s says what it is", async (address, heading) => {
  const { page } = await visit();
  await page.goto(address);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
});

test("a slide's address may end with a slash", async () => {
  const { page, server } = await visit();
  await page.goto(`/slides/${addSlide(server)}/`);
  await shown(page);
});
