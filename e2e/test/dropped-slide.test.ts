import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { sourceKey } from "@tilewright/core/storage";
import { composeMirax } from "@tilewright/pyramid/testing/composed-mirax";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPromise } from "yauzl";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";

let product: Product;
let browser: Browser;
let page: Page;
let folder: string;
beforeAll(async () => {
  [product, browser, folder] = await Promise.all([
    Product.start(),
    launchBrowser(),
    mkdtemp(join(tmpdir(), "tilewright-dropped-")),
  ]);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Drags real files and folders onto the page, as a person's file manager does. */
async function drop(paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const send = (type: "dragEnter" | "dragOver" | "drop") =>
    session.send("Input.dispatchDragEvent", { type, x: 400, y: 400, data });
  await send("dragEnter");
  await page.getByText("Drop to upload").waitFor();
  await send("dragOver");
  await send("drop");
}

async function put(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const uploads = () => page.getByRole("region", { name: "Uploads" });
const row = (name: string) => uploads().getByRole("listitem", { name, exact: true });

test("a slide that is dropped with its folder is packed in the page, and seen; what is no image is named", async () => {
  const { files } = await composeMirax("slide");
  for (const [path, content] of files) await put(path, content);
  await put("notes.txt", Buffer.from("scanned on Monday"));
  await put("Thumbs.db", Buffer.alloc(64));
  await page.goto(product.address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const { path: picture } = await makePicture(900, 700, "png");
  await drop([...["slide.mrxs", "slide", "notes.txt"].map((name) => join(folder, name)), picture]);
  await uploads().getByText("Left out, as it is no image: \u2068notes.txt\u2069.").waitFor();
  await row("slide.mrxs.zip").getByText("Ready to view").waitFor();
  await row("tissue-900x700.png").getByText("Ready to view").waitFor();
  expect(await uploads().getByRole("listitem").count()).toBe(2);
  const { images } = await product.client.images.list.query({});
  const slide = images.find(({ name }) => name === "slide.mrxs.zip");
  expect(slide?.tiling.pyramid).toMatchObject({ widthPx: 512, heightPx: 512 });

  const zip = await openPromise(join(product.dataDirectory, "storage", "objects", sourceKey(slide?.imageId ?? "")), {
    lazyEntries: true,
  });
  const seen: string[] = [];
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    expect(content.equals(files.get(entry.fileName) ?? Buffer.alloc(0))).toBe(true);
    expect(entry.crc32).toBe(crc32(content));
    seen.push(entry.fileName);
  }
  expect(seen.toSorted()).toEqual([...files.keys()].toSorted());
});

test("the same slide again is there at once: it makes the same bytes", async () => {
  await page.reload();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await drop(["slide.mrxs", "slide"].map((name) => join(folder, name)));
  await row("slide.mrxs.zip").getByText("Already here, ready to view").waitFor();
});

test("the folder around a slide can be dropped, too, and half a slide says what to do", async () => {
  await page.reload();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await drop([folder]);
  await row("slide.mrxs.zip").getByText("Already here, ready to view").waitFor();
  await drop([join(folder, "slide.mrxs")]);
  await row("slide.mrxs").getByText("Drop it together with the folder of the same name.").waitFor();
  await drop([join(folder, "slide")]);
  await uploads().getByText("drop its .mrxs file and its folder together").waitFor();
  expect(await uploads().getByRole("listitem").count()).toBe(2);
});
