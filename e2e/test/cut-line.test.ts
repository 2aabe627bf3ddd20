import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Product } from "./product.ts";

const sizeBytes = 60_000_000;

let product: Product;
let browser: Browser;
let folder: string;
let path: string;
beforeAll(async () => {
  [product, browser, folder] = await Promise.all([
    Product.start({ WORKERS: "0" }),
    launchBrowser(),
    mkdtemp(join(tmpdir(), "tilewright-line-")),
  ]);
  path = join(folder, "large.tif");
  const file = await open(path, "w");
  await file.truncate(sizeBytes);
  await file.close();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});

let context: BrowserContext;
let page: Page;
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
});
afterEach(() => context.close());

/** Begins an upload on a line of 4 MB/s, and waits until its speed is told. */
async function beginUpload() {
  const session = await context.newCDPSession(page);
  const line = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 4_000_000 };
  await session.send("Network.emulateNetworkConditions", line);
  await page.goto(product.address);
  await page.locator("input[type=file]").first().setInputFiles(path);
  const row = page.getByRole("region", { name: "Uploads" }).getByRole("listitem", { name: "large.tif" });
  await row.getByText(/MB\/s · \d+ s left/).waitFor();
  return { row, setLine: (change: object) => session.send("Network.emulateNetworkConditions", { ...line, ...change }) };
}

type Change = (setLine: (change: object) => Promise<unknown>) => unknown;
const cuts: [what: string, cut: Change, mend: Change][] = [
  [
    "a server that stands still",
    () => process.kill(product.pid, "SIGSTOP"),
    async (setLine) => {
      process.kill(product.pid, "SIGCONT");
      await setLine({ uploadThroughput: -1 });
    },
  ],
  ["a server that is killed", () => product.kill(), () => product.restart()],
  ["a line that is cut", (setLine) => setLine({ offline: true }), (setLine) => setLine({ uploadThroughput: -1 })],
];

test.each(cuts)("%s is told at once, and the upload goes on by itself", async (_what, cut, mend) => {
  const { row, setLine } = await beginUpload();
  await cut(setLine);
  await row.getByText("No connection: the server does not answer.").waitFor({ timeout: 6_000 });
  const said = (await row.textContent()) ?? "";
  expect(said).not.toMatch(/left|\/s/);
  expect(said).toMatch(/ of 60\.0 MB/);
  await mend(setLine);
  await row.getByText(/^(Waiting for a worker|No worker is connected)/).waitFor({ timeout: 60_000 });
});
