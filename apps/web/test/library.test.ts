import { expect, test } from "vitest";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

test("a long library comes page by page, newest first", async () => {
  const { page, server } = await visit();
  for (let number = 1; number <= 30; number++) {
    server.world.complete(server.world.addImage(`slide-${number}.svs`).jobId);
  }
  await page.goto("/");
  const slides = page.getByRole("list", { name: "Slides" }).getByRole("listitem");
  await slides.first().getByRole("link", { name: "slide-30.svs" }).waitFor();
  expect(await slides.count()).toBe(24);
  await page.getByRole("button", { name: "Show more" }).press("Enter");
  await page.getByRole("link", { name: "slide-1.svs", exact: true }).waitFor();
  expect(await slides.count()).toBe(30);
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("slide-6.svs");
  expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
});

test("a library that ends with its page offers no more", async () => {
  const { page, server } = await visit();
  for (let number = 1; number <= 24; number++) server.world.addImage(`slide-${number}.svs`, 5, { status: "COMPLETED" });
  await page.goto("/");
  await page.getByRole("link", { name: "slide-1.svs", exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
});

test("an empty library names what it takes", async () => {
  const { page } = await visit();
  await page.goto("/");
  for (const format of ["SVS", "NDPI", "SCN", "MRXS", "OME-TIFF", "JPEG 2000", "PNG"]) {
    await page.getByText(format).first().waitFor();
  }
  await page.getByText("Drop a MRXS file and its folder together").waitFor();
});

test("nothing is loaded from another host", async () => {
  const { page, server } = await visit();
  server.world.complete(server.world.addImage("slide.svs").jobId);
  const hosts = new Set<string>();
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await page.goto("/");
  await page.getByRole("link", { name: "slide.svs" }).click();
  await page.locator("[data-fully-loaded=true]").waitFor();
  expect([...hosts].filter((host) => host !== "")).toEqual([new URL(server.url).host]);
});

test("the colour scheme follows the system until it is chosen, and the choice is painted first", async () => {
  const { page } = await visit({ colorScheme: "dark" });
  const scheme = () => page.evaluate(() => document.documentElement.getAttribute("data-mantine-color-scheme"));
  await page.goto("/");
  const button = page.getByRole("button", { name: /^Colour scheme/ });
  await button.waitFor();
  expect(await scheme()).toBe("dark");
  await button.click();
  expect(await scheme()).toBe("light");
  await page.route("**/assets/*.js", (route) => route.abort());
  await page.reload();
  expect(await scheme()).toBe("light");
});

test("the keyboard skips to the content, and a new page begins at its beginning", async () => {
  const { page, server } = await visit();
  server.world.addImage("slide.svs");
  await page.goto("/");
  const link = page.getByRole("link", { name: "slide.svs" });
  await link.waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const focused = () => page.evaluate(() => document.activeElement?.id);
  expect(await focused()).toBe("main");
  await link.click();
  await page.getByRole("heading", { level: 1, name: "slide.svs" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("slide.svs");
});
