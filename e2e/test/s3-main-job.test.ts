import { readFile, stat } from "node:fs/promises";
import { createTestBucket, FaultyLine, type TestBucket } from "@tilewright/storage/testing";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture, type Picture } from "./picture.ts";
import { Product } from "./product.ts";

let picture: Picture;
let product: Product;
let browser: Browser;
let page: Page;
/** What the page says to the server, and what it and others say to the store's public address. */
let toServer: FaultyLine;
let toStore: FaultyLine;
const complaints: string[] = [];

beforeAll(async () => {
  picture = await makePicture(12_007, 9_001, "jpg");
  const bucket: TestBucket = await createTestBucket();
  const storageUrl = new URL(bucket.storageUrl);
  toStore = await FaultyLine.to(storageUrl.searchParams.get("endpoint") ?? "");
  storageUrl.searchParams.set("publicEndpoint", toStore.address);
  const settings = { HEARTBEAT_MS: "200", STORAGE_URL: storageUrl.href, ...bucket.environment };
  [product, browser] = await Promise.all([Product.start(settings), launchBrowser()]);
  toServer = await FaultyLine.to(product.address);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await toServer?.close();
  await toStore?.close();
});

test("on S3 a person drops a slide and looks at it, and none of its bytes pass the server", async () => {
  const { size } = await stat(picture.path);
  const before = await bytesReadBy(product.pid);
  await page.goto(toServer.address);
  await page.locator("input[type=file]").first().setInputFiles(picture.path);
  const row = page.getByRole("listitem", { name: /tissue/ });
  await row.getByRole("link", { name: /^Open/ }).click({ timeout: 60_000 });
  // The upload is complete by now: everything that the server could have carried of it, it has read.
  expect(toStore.sentBytes).toBeGreaterThan(size);
  expect(toServer.sentBytes).toBeLessThan(size / 100);
  expect((await bytesReadBy(product.pid)) - before).toBeLessThan(size / 4);
  await page.locator("[data-viewer-state=open][data-fully-loaded=true]").waitFor({ timeout: 60_000 });
  await product.client.waitUntilReady(new URL(page.url()).pathname.split("/").at(-1) ?? "");
  expect(complaints).toEqual([]);
});

test("tiles behave as on a disk: one address, one content, for good", async () => {
  const { jobs } = await product.client.tiling.list.query({});
  const level = `/pyramids/${jobs[0]?.jobId}_files/13`;
  const get = (tile: string, init: RequestInit = {}) => fetch(`${product.address}${level}/${tile}`, init);
  const tile = await get("3_4.jpg");
  expect(tile.status).toBe(200);
  expect(tile.headers.get("cache-control")).toContain("immutable");
  const [etag, body] = [tile.headers.get("etag") ?? "", await tile.arrayBuffer()];
  const again = await get("3_4.jpg", { headers: { "if-none-match": etag } });
  expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
  const head = await get("3_4.jpg", { method: "HEAD" });
  expect([head.status, head.headers.get("etag"), head.headers.get("content-length")]).toEqual([
    200,
    etag,
    String(body.byteLength),
  ]);
  expect((await get("999_999.jpg")).status).toBe(404);
});

/** Everything that a process has read so far, from sockets and files. */
async function bytesReadBy(pid: number): Promise<number> {
  return Number(/^rchar: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, "utf8"))?.[1]);
}
