import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, onTestFinished } from "vitest";
import { launchBrowser } from "./browser.ts";
import { type FakeServer, startFakeServer } from "./fake/server.ts";

/**
 * What a page may say without failing its test: a refusal that the test provokes is logged by the browser itself, and a
 * tile that arrives after its viewer was left, or an address that is not well formed, by OpenSeadragon.
 */
const expectedNoise =
  /Failed to load resource|attempting to load TileSource|Ignoring tile .* loaded before reset|Ignoring malformed URL/;

let browser: Browser;

/** One browser for a test file; call at its top. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
}

export interface Visit {
  readonly page: Page;
  readonly server: FakeServer;
}

/** A server with an empty world and a fresh visitor. Everything closes with the test; the page's errors fail it. */
export async function visit(options: BrowserContextOptions = {}): Promise<Visit> {
  const server = await startFakeServer(inject("pageFolder"));
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const isComplaint = message.type() === "error" || message.type() === "warning";
    if (isComplaint && !expectedNoise.test(message.text())) complaints.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    await server.close();
    expect(complaints).toEqual([]);
  });
  return { page, server };
}

/** Of a test's own, and on the disk: what Playwright is given as a buffer takes seconds on its way into the browser. */
export async function tiff(name: string, sizeBytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tilewright-chosen-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), Buffer.alloc(sizeBytes, 1));
  return join(folder, name);
}

export async function choose(page: Page, files: string[], button = "Choose files"): Promise<void> {
  const opened = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  await (await opened).setFiles(files);
}
