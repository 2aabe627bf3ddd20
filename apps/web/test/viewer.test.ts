import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import type { FakeServer } from "./fake/server.ts";
import { preview } from "./fake/world.ts";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

function addSlide({ world }: FakeServer): string {
  const { imageId, jobId } = world.addImage("slide.svs");
  world.complete(jobId);
  return `/slides/${imageId}`;
}

const rendered = (page: Page) => page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor();
const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

test("a link shows the place that it names, and a moved view changes the address", async () => {
  const { page, server } = await visit();
  const slide = addSlide(server);
  await page.goto(`${slide}?x=1500&y=900&zoom=0.5&rotation=90`);
  await rendered(page);
  await page.getByRole("img", { name: "Zoom 50%" }).waitFor();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.waitForURL(/zoom=1(&|$)/);
  expect(searchOf(page)).toEqual({ x: "1500", y: "900", zoom: "1", rotation: "90" });
  await page.getByRole("button", { name: "Rotate left" }).click();
  await page.waitForURL((url) => !url.searchParams.has("rotation"));
  await page.reload();
  await rendered(page);
  await page.getByRole("img", { name: "Zoom 100%" }).waitFor();
  expect(searchOf(page)).toEqual({ x: "1500", y: "900", zoom: "1" });
});

test("a scale bar measures the object, at every zoom", async () => {
  const { page, server } = await visit();
  await page.goto(`${addSlide(server)}?x=1500&y=900&zoom=0.5`);
  await rendered(page);
  for (const [label, micrometres, zoom] of [
    ["100 µm", 100, 0.5],
    ["50 µm", 50, 1],
    ["20 µm", 20, 2],
  ] as const) {
    const bar = page.getByRole("img", { name: `Scale: the bar is ${label} long` });
    await bar.waitFor();
    // The address follows when the view has come to rest.
    await page.waitForURL((url) => url.searchParams.get("zoom") === String(zoom));
    const width = await bar
      .locator("span")
      .last()
      .evaluate((line) => line.getBoundingClientRect().width);
    expect(width).toBeCloseTo((micrometres / 0.4992) * zoom, 1);
    await page.getByRole("button", { name: "Zoom in" }).click();
  }
});

test("the facts say what the scanner said", async () => {
  const { page, server } = await visit();
  await page.goto(addSlide(server));
  const facts = page.getByRole("region", { name: "About this slide" });
  for (const [name, value] of [
    ["Resolution", "0.499 µm/px"],
    ["Objective", "20×"],
    ["Shown channel", "DAPI, the first of 3"],
    ["Brightness", "shown from 120 to 3,950 of 0 to 65,535"],
  ]) {
    await facts
      .locator("div", { has: page.getByText(name ?? "", { exact: true }) })
      .getByText(value ?? "")
      .waitFor();
  }
});

test("every button is reached by keyboard, and the image listens to keys", async () => {
  const { page, server } = await visit();
  await page.goto(addSlide(server));
  await rendered(page);
  await page.getByRole("application").focus();
  await page.keyboard.press("r");
  await page.waitForURL(/rotation=90/);
  for (const name of [
    "Zoom in",
    "Zoom out",
    "Whole image",
    "Actual size",
    "Rotate left",
    "Rotate right",
    "Full screen",
  ]) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(name);
  }
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Leave full screen" }).click();
  await page.getByRole("button", { name: "Full screen", exact: true }).waitFor();
});

test("the copied link is the view's", async () => {
  const { page, server } = await visit({ permissions: ["clipboard-read", "clipboard-write"] });
  const slide = addSlide(server);
  await page.goto(`${slide}?x=100&y=200&zoom=2`);
  await rendered(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByRole("status").getByText("Link copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${server.url}${slide}?x=100&y=200&zoom=2`);
});

test("close up, a pixel of the image is a sharp square of the screen", async () => {
  const { page, server } = await visit();
  await page.goto(`${addSlide(server)}?x=2400&y=2000&zoom=16`);
  await rendered(page);
  const shot = await page.locator("[data-viewer-state]").screenshot();
  const blank = await page.context().newPage();
  const colours = await blank.evaluate(async (png) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    if (!context) throw new Error("No canvas.");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(bitmap.width / 2 - 160, bitmap.height / 2 - 160, 320, 320);
    const seen = new Set<string>();
    for (let i = 0; i < data.length; i += 4) seen.add(data.subarray(i, i + 3).join());
    return [...seen];
  }, shot.toString("base64"));
  // The centre of the rings has two colours, a checkerboard of 8 x 8 pixels: smoothing would make more of them.
  expect(colours.toSorted()).toEqual(["178,110,152", "190,110,170"]);
});

test("an image that cannot be opened says so and can be tried again", async () => {
  const { page, server } = await visit();
  const slide = addSlide(server);
  await page.route("**/*.dzi", (route) => route.abort());
  await page.goto(slide);
  await page.locator("[data-viewer-state=failed]").waitFor();
  await page.unroute("**/*.dzi");
  await page.getByRole("button", { name: "Try again" }).click();
  await rendered(page);
});

test.each([
  ["IN_PROGRESS", "It is being made again"],
  ["FAILED", "it could not be made again"],
] as const)("a damaged pyramid is shown while its successor is %s, and the page says so", async (status, words) => {
  const { page, server } = await visit();
  const { imageId, jobId } = server.world.addImage("slide.svs");
  server.world.complete(jobId);
  const failure =
    status === "FAILED" ? ({ failureCode: "INTERNAL", failureReason: "Its source is gone." } as const) : {};
  const again = server.world.addJob(imageId, "slide.svs", { replacesJobId: jobId, status, attempt: 1, ...failure });
  await page.goto(`/slides/${imageId}`);
  await rendered(page);
  const note = page.getByRole("complementary", { name: "Damaged pyramid" });
  await note.getByText(words).waitFor();
  expect(server.requests.some((path) => path.startsWith(`/pyramids/${jobId}_files/`))).toBe(true);
  if (status === "FAILED") return;
  const asked = page.waitForRequest((request) => request.url().includes(`/pyramids/${again.jobId}_files/`));
  server.world.complete(again.jobId);
  await asked;
  await note.waitFor({ state: "detached" });
});

test.each([
  { what: "a preview", about: "Preview", shown: preview, search: "", finest: 11 },
  {
    what: "the uploaded file",
    about: "Uploaded file",
    shown: { ...preview, imageLevelCount: 14 },
    search: "?x=2400&y=2000&zoom=1",
    finest: 13,
  },
])("the viewer opens on $what, and the pyramid takes its place without a jump", async (given) => {
  const { page, server } = await visit();
  const { imageId, jobId } = server.world.addImage("slide.svs", 5, {
    status: "IN_PROGRESS",
    stage: "TILING",
    attempt: 1,
  });
  await page.goto(`/slides/${imageId}${given.search}`);
  await page.getByText("Your slide is being prepared").waitFor();
  server.world.move(jobId, { preview: given.shown, stageFraction: 20 / 514, tilesDone: 20, tilesTotal: 514 });
  const viewer = page.locator("[data-viewer-state=open]");
  await page.locator("[data-viewer-shows=preview][data-fully-loaded=true]").waitFor();
  await page.getByRole("complementary", { name: given.about }).getByText("20 of 514 tiles").waitFor();
  await page.getByRole("button", { name: "Rotate right" }).click();
  await page.waitForURL(/rotation=90/);
  const place = page.url();
  await viewer.evaluate((element) => element.firstElementChild?.setAttribute("data-same", "yes"));
  const middle = { x: 300, y: 200, width: 320, height: 320 };
  const shot = () => page.screenshot({ clip: middle });
  const before = await shot();

  server.world.complete(jobId);
  await page.locator("[data-viewer-shows=pyramid][data-fully-loaded=true]").waitFor();
  expect(await viewer.locator("[data-same]").count()).toBe(1);
  expect(page.url()).toBe(place);
  expect((await shot()).equals(before)).toBe(true);
  const levels = server.requests.flatMap((path) => /\/previews\/[^/]+\/1\/(\d+)\//.exec(path)?.[1] ?? []).map(Number);
  expect(Math.max(...levels)).toBe(given.finest);
  await page.getByRole("button", { name: "Actual size" }).click();
  await page.getByRole("img", { name: "Zoom 100%" }).waitFor();
  await vi.waitFor(() => expect(server.requests.some((path) => path.includes(`${jobId}_files/13/`))).toBe(true));
});
