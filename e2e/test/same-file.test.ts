import { open } from "node:fs/promises";
import { join } from "node:path";
import type { TilingFailedError } from "@tilewright/client";
import { fileSource } from "@tilewright/client/node";
import { manifestKey } from "@tilewright/core/tiling";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";

let product: Product;
let browser: Browser;
let page: Page;
const sent: string[] = [];
const completions: string[] = [];
beforeAll(async () => {
  [product, browser] = await Promise.all([Product.start({ AUDIT_EVERY_MS: "1000" }), launchBrowser()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("request", (request) => {
    if (request.method() === "PUT") sent.push(request.url());
    if (request.url().includes("uploads.complete")) completions.push(request.postData() ?? "");
  });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const listed = async () => (await product.client.images.list.query({})).images;

test("a file that is dropped again is there at once, and none of it is sent", async () => {
  const { path } = await makePicture(1_803, 1_277, "png");
  const choose = () => page.locator("input[type=file]").first().setInputFiles(path);
  await page.goto(product.address);
  await choose();
  await page
    .getByRole("listitem", { name: /tissue/ })
    .getByText("Ready to view", { exact: true })
    .first()
    .waitFor();
  expect(sent).toHaveLength(1);
  const [{ sourceSha256 = null } = {}] = await listed();
  expect(completions).toEqual([expect.stringContaining(`"sha256":"${sourceSha256}"`)]);
  await choose();
  await page.getByText("Already here, ready to view").first().waitFor();
  expect(sent).toHaveLength(1);
  const [second, first] = await listed();
  expect(second?.sourceSha256).toBe(first?.sourceSha256);
  expect(second?.tiling).toMatchObject({
    status: "COMPLETED",
    isReused: true,
    metadataPath: first?.tiling.metadataPath,
  });
  await page.goto(`${product.address}/slides/${second?.imageId}`);
  await page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor();
});

test("a pyramid in which a byte has changed is made again by itself, for both slides", async () => {
  const before = await listed();
  const prefix = before[0]?.tiling.metadataPath?.slice(0, -manifestKey("").length) ?? "";
  const file = await open(join(product.dataDirectory, "storage", "objects", `${prefix}pyramid.tif`), "r+");
  await file.write(Buffer.from("damage"), 0, 6, 40_000);
  await file.close();
  for (const { imageId, tiling } of before) {
    await expect
      .poll(() => product.client.tiling.getStatus.query({ imageId }), { timeout: 60_000 })
      .toMatchObject({ status: "COMPLETED", replacesJobId: tiling.jobId });
    const { events } = await product.client.tiling.history.query({ imageId });
    expect(events.map(({ cause }) => cause)).toContain("FOUND_BROKEN");
  }
});

test("either slide can be deleted, and the other stays whole", async () => {
  const [second, first] = await listed();
  await product.client.images.delete.mutate({ imageId: first?.imageId ?? "" });
  const { jobId } = await product.client.tiling.getStatus.query({ imageId: second?.imageId ?? "" });
  await expect.poll(async () => (await listed()).length).toBe(1);
  const tile = await fetch(`${product.address}/pyramids/${jobId}_files/11/0_0.jpg`);
  expect(tile.status).toBe(200);
});

test("a file that has changed on its way is never shown, and the page says what to do", async () => {
  const whole = await fileSource((await makePicture(1_503, 1_201, "png")).path);
  const source = {
    ...whole,
    slice: async (start: number, end: number) => {
      const bytes = Buffer.from(await (await whole.slice(start, end)).arrayBuffer());
      bytes[400_000] = (bytes[400_000] ?? 0) ^ 1;
      return new Blob([bytes]);
    },
  };
  const { imageId } = await product.client.uploadImage(source, { fileName: "changed.png" });
  const failure = await product.client.waitUntilReady(imageId).catch((error: TilingFailedError) => error);
  expect(failure).toMatchObject({ status: { failure: { code: "CHECKSUM_MISMATCH" } } });
  expect(await product.client.images.get.query({ imageId })).toMatchObject({
    sourceSha256: null,
    tiling: { status: "FAILED", attempt: 1, preview: null, metadataPath: null },
  });
  await page.goto(`${product.address}/slides/${imageId}`);
  await page.getByText("The stored file is not the file that was sent.").waitFor();
  await page.getByText("Upload the file again.").waitFor();
});

test("an upload waits for no digest that can't keep up with it", async () => {
  const size = 80 * 2 ** 20;
  const gaveUp = Promise.withResolvers<void>();
  const slow = {
    name: "slow.tif",
    size,
    slice: (start: number, end: number) => new Blob([new Uint8Array(end - start)]),
    sha256: (signal: AbortSignal, onRead: (readBytes: number) => void = () => {}) => {
      onRead(2 ** 20);
      return new Promise<string>((_, reject) => {
        signal.addEventListener("abort", () => {
          gaveUp.resolve();
          reject(signal.reason);
        });
      });
    },
  };
  const { imageId } = await product.client.uploadImage(slow);
  await gaveUp.promise;
  await expect(product.client.waitUntilReady(imageId)).rejects.toMatchObject({
    status: { failure: { code: "UNSUPPORTED_FORMAT" } },
  });
});
