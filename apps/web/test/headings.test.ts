import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

async function expectHeading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

test("whatever becomes of a page, it has one main heading, and a new page gives it the focus", async () => {
  const { page, server } = await visit();
  const { jobId } = server.world.addImage("slide.svs");
  const unseen = server.world.addImage("unseen.svs", 5, { status: "FAILED", failureCode: "EMPTY_FILE" });
  await page.goto("/");
  await expectHeading(page, "Library");
  expect(await focused(page)).not.toBe("Library");

  server.isAway = true;
  await page.getByRole("link", { name: "slide.svs" }).click();
  await page.getByRole("alert").getByText("The server cannot be reached. Trying again…").waitFor();
  await expectHeading(page, "Slide");
  expect(await focused(page)).toBe("Slide");

  server.isAway = false;
  await expectHeading(page, "slide.svs");
  expect(await focused(page)).toBe("slide.svs");
  server.world.complete(jobId);
  await page.locator("[data-viewer-state=open]").waitFor();
  await expectHeading(page, "slide.svs");

  await page.getByRole("link", { name: "Tilewright, to the library" }).click();
  await expectHeading(page, "Library");
  expect(await focused(page)).toBe("Library");

  await page.waitForLoadState("networkidle");
  server.world.removeImage(unseen.imageId);
  await page.getByRole("link", { name: "unseen.svs" }).click();
  await expectHeading(page, "This slide is no longer here");
  await expect.poll(() => focused(page), { timeout: 90_000 }).toBe("This slide is no longer here");
});

test("a library that cannot be reached has its heading too", async () => {
  const { page, server } = await visit();
  await page.goto("/nowhere");
  await expectHeading(page, "There is no such page");
  server.isAway = true;
  await page.getByRole("link", { name: "Back to the library" }).click();
  await page.getByRole("alert").waitFor();
  await expectHeading(page, "Library");
  expect(await focused(page)).toBe("Library");
});

test("a server that takes questions and does not answer is named after a while, until it does", async () => {
  const { page, server } = await visit();
  const { imageId } = server.world.addImage("slide.svs");
  const answers = Promise.withResolvers<void>();
  await page.route("**/trpc/**", async (route) => {
    await answers.promise;
    await route.continue();
  });
  for (const address of ["/", `/slides/${imageId}`]) {
    await page.goto(address);
    await page.getByText("The server does not answer yet. Still waiting…").waitFor();
  }
  answers.resolve();
  await expectHeading(page, "slide.svs");
  expect(await page.getByText("Still waiting…").count()).toBe(0);
});
