import { failureKinds, isWorthRetrying, tilingFailureCodes } from "@tilewright/core/tiling";
import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import type { FakeServer } from "./fake/server.ts";
import { useBrowser, visit } from "./visit.ts";

useBrowser();

const asked = (server: FakeServer, procedure = "tiling.getStatus") =>
  server.requests.filter((path) => path.includes(procedure)).length;

const polled = (server: FakeServer, times: number) =>
  vi.waitFor(() => expect(asked(server)).toBeGreaterThanOrEqual(times), { timeout: 90_000 });

const text = (page: Page, words: string | RegExp) => page.getByRole("main").getByText(words).first().waitFor();

test("progress is followed until the viewer opens by itself, and then nothing is asked any more", async () => {
  const { page, server } = await visit();
  await page.clock.install();
  const job = server.world.addImage("slide.svs");
  await page.goto(`/slides/${job.imageId}`);
  await text(page, "Waiting for a worker");
  server.world.move(job.jobId, { status: "IN_PROGRESS", stage: "DOWNLOADING", attempt: 1, stageFraction: 0.43 });
  await page.clock.runFor(2_000);
  await text(page, "Fetching the file");
  await text(page, "43%");
  server.world.move(job.jobId, { stage: "TILING", stageFraction: 0.5, tilesDone: 257, tilesTotal: 514 });
  await page.clock.runFor(2_000);
  await text(page, "Cutting tiles");
  await text(page, "257 of 514 tiles");
  const bar = page.getByRole("progressbar", { name: "Tiling of slide.svs" });
  expect(await bar.getAttribute("aria-valuenow")).toBe("50");
  expect(await bar.getAttribute("aria-valuetext")).toBe("Cutting tiles, 50%, 257 of 514 tiles");
  server.world.complete(job.jobId);
  await page.clock.runFor(2_000);
  await page.locator("[data-viewer-state=open]").waitFor();
  const questions = asked(server);
  await page.clock.runFor(120_000);
  await page.evaluate(() => fetch("/favicon.svg"));
  expect(asked(server)).toBe(questions);
});

test("a tiling that nobody can work on says so, on its page and in the library, until a worker comes", async () => {
  const { page, server } = await visit();
  const nobody = "No worker is connected; it starts as soon as one is";
  server.world.hasWorker = false;
  const { imageId } = server.world.addImage("slide.svs");
  await page.goto("/");
  await text(page, nobody);
  await page.goto(`/slides/${imageId}`);
  await text(page, nobody);
  expect(await page.getByText(nobody).count(), "once is enough").toBe(1);
  server.world.hasWorker = true;
  await text(page, "Waiting for a worker");
  await page.getByText(nobody).waitFor({ state: "detached" });
});

test("the library follows what is under way and leaves alone what has ended", async () => {
  const { page, server } = await visit();
  await page.clock.install();
  const done = server.world.addImage("done.svs");
  server.world.complete(done.jobId);
  const moving = server.world.addImage("moving.svs");
  await page.goto("/");
  await polled(server, 1);
  await page.clock.runFor(5_000);
  await polled(server, 3);
  expect(server.requests.some((path) => path.includes(done.imageId))).toBe(false);
  server.world.complete(moving.jobId);
  await page.clock.runFor(5_000);
  await page.getByRole("listitem").filter({ hasText: "moving.svs" }).getByText("Ready to view").waitFor();
  const questions = asked(server);
  await page.clock.runFor(120_000);
  await page.evaluate(() => fetch("/favicon.svg"));
  expect(asked(server)).toBe(questions);
});

test("a server that is away is waited for, what is known stays, and the news comes when it is back", async () => {
  const { page, server } = await visit();
  const job = server.world.addImage("slide.svs", 5, { status: "IN_PROGRESS", stage: "DOWNLOADING", attempt: 1 });
  await page.goto(`/slides/${job.imageId}`);
  await text(page, "Fetching the file");
  server.isAway = true;
  await text(page, "Connection lost, trying again…");
  await text(page, "Fetching the file");
  server.world.complete(job.jobId);
  server.isAway = false;
  await page.locator("[data-viewer-state=open]").waitFor();
});

test("a page opened while the server is away fills itself when it is back", async () => {
  const { page, server } = await visit();
  server.world.addImage("slide.svs");
  await page.goto("/nowhere");
  server.isAway = true;
  await page.getByRole("link", { name: "Back to the library" }).click();
  await page.getByRole("alert").getByText("The server cannot be reached. Trying again…").waitFor();
  server.isAway = false;
  await page.getByRole("link", { name: "slide.svs" }).waitFor();
});

test("an unknown image is asked for once, not for ever", async () => {
  const { page, server } = await visit();
  await page.clock.install();
  await page.goto("/slides/00000000-0000-4000-8000-000000000000");
  await page.getByRole("heading", { name: "This slide is no longer here" }).waitFor();
  await page.clock.runFor(60_000);
  await page.evaluate(() => fetch("/favicon.svg"));
  expect(asked(server)).toBe(1);
});

test("a failed tiling says why and what to do, and can be retried; an active one can be cancelled", async () => {
  const { page, server } = await visit();
  const failure = { failureCode: "SCRATCH_FULL", failureReason: "The disk has 0 bytes left." } as const;
  const job = server.world.addImage("slide.svs", 5, { status: "FAILED", attempt: 3, ...failure });
  await page.goto(`/slides/${job.imageId}`);
  await text(page, "The disk has 0 bytes left.");
  await text(page, "Free space on the worker's disk, then retry.");
  await page.getByRole("button", { name: "Retry tiling" }).click();
  await text(page, "Waiting for a worker");
  await page.getByRole("button", { name: "Cancel tiling" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel tiling" }).click();
  await text(page, "Cancelled");
  const history = page.getByRole("list", { name: "History" }).getByRole("listitem");
  await history.getByText("Cancelled by a person.").waitFor();
  expect(await history.count()).toBe(4);
});

test("every kind of failure is told once, with what to do about it and the buttons for that", async () => {
  const { page, server } = await visit();
  for (const failureCode of tilingFailureCodes) {
    const reason = `What became of this one: ${failureCode}.`;
    const { family, sentence, remedy } = failureKinds[failureCode];
    const cause = family === "user" ? "CANCELLED" : "FAILED";
    const job = server.world.addImage(`${failureCode}.svs`);
    server.world.move(job.jobId, { status: "FAILED", failureCode, failureReason: reason }, { cause, reason });
    await page.goto(`/slides/${job.imageId}`);
    const told = page.getByRole("group", { name: "What went wrong" });
    await told.getByText(family === "user" ? sentence : `${sentence} ${reason}`).waitFor();
    await told.getByRole("button", { name: "Delete" }).waitFor();
    await page.getByRole("list", { name: "History" }).waitFor();
    for (const words of [sentence, reason, remedy]) {
      expect(await page.getByRole("main").getByText(words).count(), words).toBe(1);
    }
    const retries = await told.getByRole("button", { name: "Retry tiling" }).count();
    expect([failureCode, retries]).toEqual([failureCode, isWorthRetrying(failureCode) ? 1 : 0]);
  }
});

test("what is wrong with a file is not a reason to try the same file again", () => {
  const final = ["UNSUPPORTED_FORMAT", "CORRUPT_IMAGE", "EMPTY_FILE", "SIZE_MISMATCH", "CHECKSUM_MISMATCH"];
  expect(tilingFailureCodes.filter((code) => !isWorthRetrying(code))).toEqual(final);
});

test("a reason that says what its kind says is not said twice", async () => {
  const { page, server } = await visit();
  const failureReason = `${failureKinds.CORRUPT_IMAGE.sentence.slice(0, -1)}: row 12 is missing.`;
  const failure = { failureCode: "CORRUPT_IMAGE", failureReason } as const;
  const job = server.world.addImage("slide.svs", 5, { status: "FAILED", attempt: 1, ...failure });
  await page.goto(`/slides/${job.imageId}`);
  await page.getByText(failureReason, { exact: true }).waitFor();
});
