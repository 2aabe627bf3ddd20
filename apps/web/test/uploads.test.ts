import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import { choose, tiff, useBrowser, visit } from "./visit.ts";

useBrowser();

const row = (page: Page, name: string) => page.getByRole("region", { name: "Uploads" }).getByRole("listitem", { name });
const parts = (requests: readonly string[]) =>
  requests.filter((path) => path.startsWith("/uploads/")).map((p) => p.at(-1));

const never = () => new Promise<void>(() => {});

test("several files at once end up in the library, and the tray survives navigation", async () => {
  const { page } = await visit();
  await page.goto("/");
  await choose(page, await Promise.all([tiff("one.tif", 5), tiff("two.tif", 6), tiff("three.tif", 7)]));
  for (const name of ["one.tif", "two.tif", "three.tif"]) {
    await page.getByRole("list", { name: "Slides" }).getByRole("link", { name }).waitFor();
  }
  await page.getByRole("link", { name: "Open two.tif" }).click();
  await page.getByRole("heading", { level: 1, name: "two.tif" }).waitFor();
  expect(await page.title()).toBe("\u2068two.tif\u2069 – Tilewright");
  await row(page, "three.tif").getByText("Waiting for a worker").waitFor();
  for (const name of ["one.tif", "two.tif", "three.tif"])
    await page.getByRole("button", { name: `Dismiss ${name}` }).click();
  expect(await page.getByRole("region", { name: "Uploads" }).count()).toBe(0);
});

test("a file that was dismissed can be chosen again at once", async () => {
  const { page } = await visit();
  await page.goto("/");
  const path = await tiff("again.tif", 5);
  await choose(page, [path]);
  await page.getByRole("link", { name: "Open again.tif" }).waitFor();
  await page.getByRole("button", { name: "Dismiss again.tif" }).click();
  await choose(page, [path]);
  await page.getByRole("link", { name: "Open again.tif" }).waitFor();
});

test("a paused upload goes on with the parts that are missing", async () => {
  const { page, server } = await visit();
  server.beforePart = (partNumber) => (partNumber === 2 ? never() : Promise.resolve());
  await page.goto("/");
  const firstStored = page.waitForResponse((response) => response.url().endsWith("/1") && response.status() === 204);
  await choose(page, [await tiff("big.tif", 9_000_000)]);
  await firstStored;
  await page.getByRole("button", { name: "Pause big.tif" }).click();
  await row(page, "big.tif").getByText("Paused").waitFor();
  server.requests.length = 0;
  server.beforePart = async () => {};
  await page.getByRole("button", { name: "Resume big.tif" }).click();
  await page.getByRole("link", { name: "Open big.tif" }).waitFor();
  expect(parts(server.requests)).toEqual(["2"]);
});

test("after a reload the same file goes on where it was; the page asked before it was left", async () => {
  const { page, server } = await visit();
  const path = await tiff("big.tif", 9_000_000);
  server.beforePart = (partNumber) => (partNumber === 2 ? never() : Promise.resolve());
  await page.goto("/");
  const firstStored = page.waitForResponse((response) => response.url().endsWith("/1") && response.status() === 204);
  await choose(page, [path]);
  await firstStored;
  const asked = page.waitForEvent("dialog");
  const reloaded = page.reload();
  expect((await asked).type()).toBe("beforeunload");
  await (await asked).accept();
  await reloaded;
  await row(page, "big.tif").getByText("Choose the same file again to go on.").waitFor();
  await row(page, "big.tif").getByText("8.39 MB of 9.00 MB").waitFor();
  server.requests.length = 0;
  server.beforePart = async () => {};
  await choose(page, [path], "Choose again big.tif");
  await page.getByRole("link", { name: "Open big.tif" }).waitFor();
  expect(parts(server.requests)).toEqual(["2"]);
  await page.reload();
  await page.getByRole("link", { name: "big.tif" }).waitFor();
  expect(await page.getByRole("region", { name: "Uploads" }).count()).toBe(0);
});

test("what another tab is sending is not listed as interrupted", async () => {
  const { page, server } = await visit();
  server.beforePart = never;
  await page.goto("/");
  await choose(page, [await tiff("big.tif", 5)]);
  await row(page, "big.tif").getByText("Checking that everything arrived").waitFor();
  const other = await page.context().newPage();
  const checked = other.waitForResponse((response) => response.url().includes("images.list"));
  await other.goto(page.url());
  await checked;
  await other.getByRole("heading", { name: "Library" }).waitFor();
  expect(await other.getByRole("region", { name: "Uploads" }).count()).toBe(0);
});

test("a file that another tab is sending is sent once, and is there in both", async () => {
  const { page, server } = await visit();
  const gate = Promise.withResolvers<void>();
  server.beforePart = () => gate.promise;
  const path = await tiff("big.tif", 5);
  await page.goto("/");
  await choose(page, [path]);
  await row(page, "big.tif").getByText("Checking that everything arrived").waitFor();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await choose(other, [path]);
  await row(other, "big.tif").getByText("Being uploaded in another tab").waitFor();
  gate.resolve();
  await page.getByRole("link", { name: "Open big.tif" }).waitFor();
  await other.getByRole("link", { name: "Open big.tif" }).waitFor();
  expect(parts(server.requests)).toEqual(["1"]);
  expect(server.world.uploads.size).toBe(1);
});

test("an upload whose tab is closed is gone on with by the tab that waited", async () => {
  const { page, server } = await visit();
  server.beforePart = (partNumber) => (partNumber === 2 ? never() : Promise.resolve());
  const path = await tiff("big.tif", 9_000_000);
  await page.goto("/");
  const first = await page.context().newPage();
  await first.goto(page.url());
  const firstStored = first.waitForResponse((response) => response.url().endsWith("/1") && response.status() === 204);
  await choose(first, [path]);
  await firstStored;
  await choose(page, [path]);
  await row(page, "big.tif").getByText("Being uploaded in another tab").waitFor();
  server.requests.length = 0;
  server.beforePart = async () => {};
  await first.close();
  await page.getByRole("link", { name: "Open big.tif" }).waitFor();
  expect(parts(server.requests)).toEqual(["2"]);
});

test("while a file is read to see whether it is here, the row says how much of it has been read", async () => {
  const { page, server } = await visit();
  server.world.knowsSizes = true;
  await page.goto("/");
  const percents: number[] = [];
  await page.exposeFunction("told", (percent: string | null) => percents.push(Number(percent)));
  await page.evaluate(() => {
    const look = () => {
      const bar = document.querySelector("[data-upload-phase=COMPARING] [role=progressbar]");
      if (bar)
        (globalThis as unknown as { told(percent: string | null): void }).told(bar.getAttribute("aria-valuenow"));
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  await choose(page, [await tiff("big.tif", 200_000_000)]);
  await page.getByRole("link", { name: "Open big.tif" }).waitFor();
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(percents.filter((percent) => percent > 0 && percent < 100).length).toBeGreaterThan(5);
});

test("an upload outlasts a server that is away for longer than its own retries", async () => {
  const { page, server } = await visit();
  await page.clock.install();
  await page.goto("/");
  await page.getByRole("heading", { name: "Library" }).waitFor();
  server.isAway = true;
  await choose(page, [await tiff("big.tif", 5)]);
  const big = row(page, "big.tif");
  await vi.waitFor(
    async () => {
      await page.clock.runFor(10_000);
      expect(await big.textContent()).toContain("Connection lost, trying again by itself");
    },
    { timeout: 30_000, interval: 10 },
  );
  server.isAway = false;
  await page.clock.runFor(15_000);
  await page.getByRole("link", { name: "Open big.tif" }).waitFor();
});

test("cancelling asks first, then gives the upload up at the server", async () => {
  const { page, server } = await visit();
  server.beforePart = never;
  await page.goto("/");
  await choose(page, [await tiff("big.tif", 5)]);
  await page.getByRole("button", { name: "Cancel upload of big.tif" }).click();
  await page.getByRole("button", { name: "Cancel upload", exact: true }).click();
  await row(page, "big.tif").waitFor({ state: "detached" });
  expect([...server.world.uploads.values()].map((upload) => upload.status)).toEqual(["ABORTED"]);
});

test("a file dropped anywhere is uploaded", async () => {
  const { page } = await visit();
  await page.goto("/nowhere");
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await page.evaluate(async () => {
    const carried = new DataTransfer();
    carried.items.add(new File(["tiles"], "dropped.tif", { type: "image/tiff" }));
    const send = (target: Element, type: string) =>
      target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
    send(document.documentElement, "dragenter");
    const zone = await new Promise<Element>((resolve) => {
      const look = () => {
        const found = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
        if (found?.closest("[class*=Dropzone]")) resolve(found);
        else requestAnimationFrame(look);
      };
      look();
    });
    for (const type of ["dragenter", "dragover", "drop"]) send(zone, type);
  });
  await page.getByRole("link", { name: "Open dropped.tif" }).waitFor();
});
