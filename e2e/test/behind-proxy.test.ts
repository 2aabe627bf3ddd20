import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { type RequestOptions, request } from "node:https";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createTilewrightClient, type TilewrightClient } from "@tilewright/client";
import { launchBrowser } from "@tilewright/web/testing/browser";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "./free-port.ts";
import { Nginx, publicHost } from "./nginx.ts";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";

const MiB = 2 ** 20;
let publicUrl: string;
let product: Product;
let nginx: Nginx;
let browser: Browser;
let client: TilewrightClient;
const trustedBefore = getCACertificates("default");

beforeAll(async () => {
  const port = await freePort();
  publicUrl = `https://${publicHost}:${port}`;
  product = await Product.start({ PUBLIC_URL: publicUrl, HEARTBEAT_MS: "200" });
  nginx = await Nginx.start(port, Number(new URL(product.address).port));
  setDefaultCACertificates([...trustedBefore, nginx.certificate]);
  client = createTilewrightClient({ baseUrl: publicUrl });
  browser = await launchBrowser();
});
afterAll(async () => {
  setDefaultCACertificates(trustedBefore);
  await browser?.close();
  await nginx?.stop();
  await product?.stop();
});

/** As it is on the line: `fetch` would unpack it. */
async function get(path: string, headers: Record<string, string> = {}, options: RequestOptions = {}) {
  const asking = request(publicUrl + path, { ca: nginx.certificate, headers, ...options }).end();
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

/** Files that nginx has kept of what went through it. */
const keptByNginx = async () =>
  (await Promise.all(["bodies", "answers"].map((folder) => readdir(join(nginx.directory, folder))))).flat();

test("a person drops a slide on the page behind the proxy, and the viewer shows it", async () => {
  const { path } = await makePicture(3_000, 2_000, "jpg");
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on("request", (each) => each.url().startsWith("http") && asked.push(new URL(each.url()).origin));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(publicUrl);
  await page.locator("input[type=file]").first().setInputFiles(path);
  await page
    .getByRole("listitem", { name: /tissue/ })
    .getByRole("link", { name: /^Open/ })
    .click({ timeout: 60_000 });
  await page.locator("[data-viewer-shows=pyramid][data-fully-loaded=true]").waitFor({ timeout: 60_000 });
  expect(new Set(asked)).toEqual(new Set([publicUrl]));
  expect(complaints).toEqual([]);
});

test("a slide in parts goes through, and what describes it names the address outside", async () => {
  const pixels = sharp(randomFillSync(Buffer.alloc(2_400 * 2_400 * 3)), {
    raw: { width: 2_400, height: 2_400, channels: 3 },
  });
  const slide = await pixels.png({ compressionLevel: 0 }).toBuffer();
  expect(slide.length).toBeGreaterThan(2 * 8 * MiB);
  const { imageId } = await client.uploadImage(new Blob([new Uint8Array(slide)]), { fileName: "noise.png" });
  const { jobId } = await client.waitUntilReady(imageId);

  const info = await get(`/iiif/${jobId}/info.json`);
  expect(JSON.parse(String(info.body))).toMatchObject({ id: `${publicUrl}/iiif/${jobId}`, width: 2_400 });
  const tileJson = JSON.parse(String((await get(`/xyz/${jobId}/tiles.json`)).body));
  expect(tileJson.tiles).toEqual([`${publicUrl}/xyz/${jobId}/{z}/{x}/{y}.jpg?edge=filled`]);
  const tile = await get(new URL(tileJson.tiles[0].replace(/\{[zxy]\}/g, "0")).href.slice(publicUrl.length));
  expect(tile).toMatchObject({ status: 200, headers: { "content-type": "image/jpeg" } });
  const descriptor = await get(`/images/${imageId}.dzi`);
  expect(descriptor).toMatchObject({ status: 302, headers: { location: `/pyramids/${jobId}.dzi` } });

  const back = await get(`/images/${imageId}/source`);
  expect(back.body.equals(slide)).toBe(true);
  const range = await get(`/images/${imageId}/source`, { range: "bytes=10-19" });
  expect([range.status, range.headers["content-range"]]).toEqual([206, `bytes 10-19/${slide.length}`]);
  expect(range.body.equals(slide.subarray(10, 20))).toBe(true);
  const { etag = "" } = back.headers;
  expect(await get(`/images/${imageId}/source`, { "if-none-match": etag })).toMatchObject({ status: 304 });
  expect(await keptByNginx()).toEqual([]);
});

test("a part is in the store before its sender has sent it all, and far above nginx's own limit for bodies", async () => {
  const { uploadId } = await client.uploads.create.mutate({ fileName: "large.tif", sizeBytes: 8 * MiB });
  const { parts } = await client.uploads.signParts.mutate({ uploadId, partNumbers: [1] });
  const uploads = join(product.dataDirectory, "storage", "uploads");
  const sending = request(publicUrl + parts[0]?.url, {
    method: "PUT",
    ca: nginx.certificate,
    headers: { "content-length": 8 * MiB },
  });
  const answered = once(sending, "response") as Promise<[IncomingMessage]>;
  sending.write(Buffer.alloc(6 * MiB, 1));
  const [folder = ""] = await readdir(uploads);
  const storedBytes = async () => (await stat(join(uploads, folder, "data"))).size;
  await expect.poll(storedBytes, { timeout: 90_000 }).toBeGreaterThan(5 * MiB);
  expect(await keptByNginx()).toEqual([]);
  sending.end(Buffer.alloc(2 * MiB, 1));
  const [response] = await answered;
  expect([response.statusCode, JSON.parse(String(await buffer(response)))]).toMatchObject([
    200,
    { sizeBytes: 8 * MiB },
  ]);
});

test("page and scripts come packed, each form with an ETag of its own", async () => {
  const page = await get("/", { "accept-encoding": "gzip, br" });
  expect(page).toMatchObject({ status: 200, headers: { "strict-transport-security": "max-age=31536000" } });
  const [script = ""] = /\/assets\/[\w-]+\.js/.exec(String((await get("/")).body)) ?? [];
  const [br, gzip, plain] = await Promise.all(
    ["br", "gzip", "identity"].map((encoding) => get(script, { "accept-encoding": encoding })),
  );
  expect([br, gzip, plain].map((each) => each?.headers["content-encoding"])).toEqual(["br", "gzip", undefined]);
  expect(new Set([br, gzip, plain].map((each) => each?.headers.etag)).size).toBe(3);
  expect(br?.body.length).toBeLessThan((plain?.body.length ?? 0) / 3);
  const again = await get(script, { "accept-encoding": "br", "if-none-match": String(br?.headers.etag) });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

test("by another name, or with claims of its own, nobody gets further", async () => {
  // Whoever leads a name of his own here does not mind whose the certificate is.
  const unminding = { checkServerIdentity: () => undefined };
  for (const claim of [{}, { "x-forwarded-host": publicHost }]) {
    const { status } = await get("/trpc/images.list", { host: "evil.example", ...claim }, unminding);
    expect(status).toBe(421);
  }
  const plain = await fetch(`http://${publicHost}:${nginx.plainPort}/slides/1?x=2`, { redirect: "manual" });
  expect([plain.status, plain.headers.get("location")]).toEqual([308, `https://${publicHost}/slides/1?x=2`]);
});
