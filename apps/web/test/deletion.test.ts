import { expect, test } from "vitest";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

const deletions = (requests: readonly string[]) => requests.filter((path) => path.includes("images.delete")).length;

test("a slide is deleted only once it is confirmed, and the library is without it", async () => {
  const { page, server } = await visit();
  server.world.addImage("kept.svs");
  const { imageId } = server.world.addImage("unwanted.svs", 5, { status: "IN_PROGRESS", stage: "TILING", attempt: 1 });
  await page.goto("/");
  await page.getByRole("link", { name: "unwanted.svs" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.keyboard.press("Escape");
  expect(deletions(server.requests)).toBe(0);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("alertdialog").getByText("Delete unwanted.svs?").waitFor();
  await page.getByRole("button", { name: "Delete slide" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
  await page.getByRole("link", { name: "unwanted.svs" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "kept.svs" }).waitFor();
  expect(deletions(server.requests)).toBe(1);
  await page.goto(`/slides/${imageId}`);
  await page.getByRole("heading", { name: "This slide is no longer here" }).waitFor();
});

test("a slide that somebody else has deleted meanwhile is left the same way", async () => {
  const { page, server } = await visit();
  const { imageId, jobId } = server.world.addImage("unwanted.svs");
  server.world.complete(jobId);
  await page.goto(`/slides/${imageId}`);
  // At the last moment: the page asks every few seconds whether the slide is still there.
  await page.route("**/trpc/images.delete*", async (route) => {
    server.world.removeImage(imageId);
    await route.continue();
  });
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete slide" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
});

test("a server that is away says so, and the slide stays", async () => {
  const { page, server } = await visit();
  const { imageId, jobId } = server.world.addImage("unwanted.svs");
  server.world.complete(jobId);
  await page.goto(`/slides/${imageId}`);
  // Tiles that are missed while the server is away are a complaint of their own.
  await page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  server.isAway = true;
  await page.getByRole("button", { name: "Delete slide" }).click();
  await page.getByRole("alert").getByText("The server cannot be reached.").waitFor();
  server.isAway = false;
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete slide" }).click();
  await page.getByRole("heading", { name: "Library" }).waitFor();
});

test("a key that is pressed twice deletes nothing: what keeps the slide has the focus", async () => {
  const { page, server } = await visit();
  const { imageId, jobId } = server.world.addImage("wanted.svs");
  server.world.complete(jobId);
  await page.goto(`/slides/${imageId}`);
  for (const key of ["Enter", "Space"]) {
    await page.getByRole("button", { name: "Delete", exact: true }).focus();
    await page.keyboard.press(key);
    await page.getByRole("alertdialog").waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: 90_000 })
      .toBe("Keep it");
    await page.keyboard.press(key);
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
  }
  expect(deletions(server.requests)).toBe(0);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Library" }).waitFor();
  expect(deletions(server.requests)).toBe(1);
});

test.each(["COMPLETED", "IN_PROGRESS", "FAILED"] as const)(
  "a slide that is %s says that it was deleted",
  async (status) => {
    const { page, server } = await visit();
    const failure = { failureCode: "CORRUPT_IMAGE", failureReason: "Strip 12 is missing." } as const;
    const { imageId, jobId } = server.world.addImage("slide.svs", 5, {
      status: status === "FAILED" ? status : "IN_PROGRESS",
      stage: "TILING",
      attempt: 1,
      ...(status === "FAILED" && failure),
    });
    if (status === "COMPLETED") server.world.complete(jobId);
    await page.goto(`/slides/${imageId}`);
    await page.getByRole("heading", { level: 1, name: "slide.svs" }).waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).first().focus();
    server.world.removeImage(imageId);
    const heading = page.getByRole("heading", { level: 1, name: "This slide was deleted" });
    await heading.waitFor({ timeout: 8_000 });
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
    const questions = server.requests.length;
    await page.getByRole("link", { name: "Back to the library" }).click();
    await page.getByRole("heading", { name: "Drop your first image here" }).waitFor();
    expect(server.requests.slice(questions).filter((path) => path.includes(imageId))).toEqual([]);
  },
);
