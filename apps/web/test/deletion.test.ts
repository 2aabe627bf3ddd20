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
  await page.getByRole("heading", { name: "This slide does not exist" }).waitFor();
});

test("a slide that somebody else has deleted meanwhile is left the same way", async () => {
  const { page, server } = await visit();
  const { imageId, jobId } = server.world.addImage("unwanted.svs");
  server.world.complete(jobId);
  await page.goto(`/slides/${imageId}`);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  server.world.removeImage(imageId);
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
