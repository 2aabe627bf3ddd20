import { fileSource } from "@tilewright/client/node";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture, type Picture } from "./picture.ts";
import { descendants, stillRunning } from "./process-tree.ts";
import { Product } from "./product.ts";
import { workerNamed } from "./worker-processes.ts";

let product: Product;
let browser: Browser;
let picture: Picture;
let imageId: string;
beforeAll(async () => {
  picture = await makePicture(4_001, 3_001, "jpg");
  const settings = { ANALYSE_EACH: "quality", WORKERS: "2", HEARTBEAT_MS: "100", LEASE_MS: "4000" };
  [product, browser] = await Promise.all([Product.start(settings), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const newest = async () => (await product.client.analysis.list.query({ imageId })).jobs[0];
const reaches = (expected: object) =>
  expect.poll(newest, { timeout: 60_000, interval: 20 }).toMatchObject({ kind: { name: "quality" }, ...expected });
const historyOf = async (jobId: string) => (await product.client.analysis.history.query({ jobId })).events;
const causesOf = async (jobId: string) => (await historyOf(jobId)).map(({ cause }) => cause);

/** Starts one, and waits until a worker has it and says so. */
async function begin(): Promise<string> {
  const { jobId } = await product.client.analysis.submit.mutate({ imageId, kind: "quality" });
  await reaches({ jobId, status: "IN_PROGRESS", stage: "ANALYSING" });
  return jobId;
}

test("a slide that was tiled is analysed without anybody asking", async () => {
  ({ imageId } = await product.client.uploadImage(await fileSource(picture.path), { fileName: "first.jpg" }));
  await reaches({ status: "COMPLETED", attempt: 1 });
  const { images } = await product.client.images.list.query({});
  expect(images[0]?.verdicts).toMatchObject([{ kind: "quality", jobId: (await newest())?.jobId }]);
});

test("what a worker was at that is killed is finished by another, and nothing of it goes on", async () => {
  const jobId = await begin();
  const { workerId } = (await historyOf(jobId)).findLast(({ cause }) => cause === "CLAIMED") ?? {};
  const worker = workerNamed(product, workerId ?? "");
  const all = [worker, ...descendants(worker.pid)];
  process.kill(worker.pid, "SIGKILL");
  await expect.poll(() => stillRunning(all), { timeout: 90_000 }).toEqual([]);
  await reaches({ jobId, status: "COMPLETED", attempt: 2 });
  expect(await causesOf(jobId)).toEqual(["SUBMITTED", "CLAIMED", "LEASE_EXPIRED", "CLAIMED", "COMPLETED"]);
});

test("an analysis outlives the death of everything, and the page that watches it", async () => {
  const page = await browser.newPage({ baseURL: product.address });
  await page.goto(`/slides/${imageId}`);
  const items = page.getByRole("list", { name: "Analyses of this slide" }).getByRole("listitem");
  await expect.poll(() => items.count()).toBe(2);
  const jobId = await begin();
  await page.reload();
  const item = page.locator(`[data-analysis="${jobId}"]`);
  await item.waitFor();
  await product.kill();
  await product.restart();
  await item.locator("[data-level]").waitFor({ timeout: 60_000 });
  expect(await causesOf(jobId)).toEqual(["SUBMITTED", "CLAIMED", "LEASE_EXPIRED", "CLAIMED", "COMPLETED"]);
  await page.close();
});

test("a server that is stopped in good order hands its analysis back, and the next one finishes it", async () => {
  const jobId = await begin();
  await product.end();
  await product.restart();
  await reaches({ jobId, status: "COMPLETED" });
  expect(await causesOf(jobId)).toEqual(["SUBMITTED", "CLAIMED", "HANDED_BACK", "CLAIMED", "COMPLETED"]);
});
