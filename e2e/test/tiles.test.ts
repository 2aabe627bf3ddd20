import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileSource } from "@tilewright/client/node";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture, type Picture } from "./picture.ts";
import { Product } from "./product.ts";

let picture: Picture;
let product: Product;
let jobId: string;
let imageId: string;
beforeAll(async () => {
  product = await Product.start();
  picture = await makePicture(1_003, 777, "png");
  const uploaded = await product.client.uploadImage(await fileSource(picture.path), { fileName: "picture.png" });
  ({ jobId, imageId } = uploaded);
  await product.client.waitUntilReady(imageId);
});
afterAll(() => product.stop());

const get = (path: string, init?: RequestInit) => fetch(new URL(path, product.address), init);

test("the descriptor is a DZI, by job and by image by way of the newest job", async () => {
  const response = await get(`/pyramids/${jobId}.dzi`);
  expect(response.headers.get("content-type")).toContain("application/xml");
  expect(response.headers.get("cache-control")).toBe("no-cache");
  const xml = await response.text();
  expect(xml).toContain('xmlns="http://schemas.microsoft.com/deepzoom/2008"');
  expect(xml).toMatch(/TileSize="256"/);
  expect(xml).toMatch(/Width="1003"/);
  expect(xml).toMatch(/Height="777"/);
  const byImage = await get(`/images/${imageId}.dzi`);
  expect(byImage.redirected).toBe(true);
  expect(await byImage.text()).toBe(xml);
});

test("every tile of every level is there, in its exact size, and none beyond", async () => {
  for (let level = 0; level <= 10; level += 1) {
    const scale = 2 ** (10 - level);
    const [width, height] = [Math.ceil(1_003 / scale), Math.ceil(777 / scale)];
    const [columns, rows] = [Math.ceil(width / 256), Math.ceil(height / 256)];
    for (let column = 0; column < columns; column += 1) {
      for (let row = 0; row < rows; row += 1) {
        const response = await get(`/pyramids/${jobId}_files/${level}/${column}_${row}.jpg`);
        expect(response.headers.get("content-type")).toBe("image/jpeg");
        const tile = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
        expect([level, column, row, tile.width, tile.height]).toEqual([
          ...[level, column, row],
          Math.min(256, width - column * 256),
          Math.min(256, height - row * 256),
        ]);
      }
    }
    expect((await get(`/pyramids/${jobId}_files/${level}/${columns}_0.jpg`)).status).toBe(404);
    expect((await get(`/pyramids/${jobId}_files/${level}/0_${rows}.jpg`)).status).toBe(404);
  }
  expect((await get(`/pyramids/${jobId}_files/11/0_0.jpg`)).status).toBe(404);
});

test("a tile has a strong ETag, is kept for good, and is not sent twice", async () => {
  const path = `/pyramids/${jobId}_files/10/1_1.jpg`;
  const first = await get(path);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^"[^"]+"$/);
  expect(first.headers.get("cache-control")).toContain("immutable");
  expect(first.headers.get("x-content-type-options")).toBe("nosniff");
  expect(first.headers.get("content-security-policy")).toBeNull();
  const again = await get(path, { headers: { "if-none-match": etag } });
  expect(again.status).toBe(304);
  expect((await again.arrayBuffer()).byteLength).toBe(0);
  expect((await get(path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  const head = await get(path, { method: "HEAD" });
  expect(head.status).toBe(200);
  expect(head.headers.get("content-length")).toBe(String((await first.arrayBuffer()).byteLength));
  expect((await get(`/pyramids/${jobId}_files/10/0_0.jpg`)).headers.get("etag")).not.toBe(etag);
});

test("a part of a tile can be asked for", async () => {
  const path = `/pyramids/${jobId}_files/10/1_1.jpg`;
  const whole = await get(path);
  const bytes = Buffer.from(await whole.arrayBuffer());
  expect(whole.headers.get("accept-ranges")).toBe("bytes");
  const part = await get(path, { headers: { range: "bytes=10-19" } });
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe(`bytes 10-19/${bytes.length}`);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));
  const end = await get(path, { headers: { range: "bytes=-5", "if-range": whole.headers.get("etag") ?? "" } });
  expect(Buffer.from(await end.arrayBuffer())).toEqual(bytes.subarray(-5));
  expect((await get(path, { headers: { range: "bytes=-5", "if-range": '"another"' } })).status).toBe(200);
  const beyond = await get(path, { headers: { range: `bytes=${bytes.length}-` } });
  expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${bytes.length}`]);
});

test("the same tiles are an IIIF image of level 2", async () => {
  const base = `${product.address}/iiif/${jobId}`;
  const landing = await get(`/iiif/${jobId}`);
  expect(landing.url).toBe(`${base}/info.json`);
  expect(landing.headers.get("content-type")).toContain("application/ld+json");
  expect(landing.headers.get("access-control-allow-origin")).toBe("*");
  expect(await landing.json()).toMatchObject({ id: base, type: "ImageService3", width: 1_003, height: 777 });
  const tile = await get(`/iiif/${jobId}/0,0,512,512/256,256/0/default.jpg`);
  expect(await tile.arrayBuffer()).toEqual(await (await get(`/pyramids/${jobId}_files/9/0_0.jpg`)).arrayBuffer());
  const path = `/iiif/${jobId}/pct:10,10,50,50/!200,200/90/gray.png`;
  const region = await get(path);
  expect(region.headers.get("content-type")).toBe("image/png");
  expect(await sharp(Buffer.from(await region.arrayBuffer())).metadata()).toMatchObject({ width: 155, height: 200 });
  const etag = region.headers.get("etag") ?? "";
  expect((await get(path, { headers: { "if-none-match": etag } })).status).toBe(304);
  const refused = await get(`/iiif/${jobId}/full/^5000,/0/default.jpg`);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { message: expect.stringMatching(/^The size must be/) } });
});

test("the same tiles are XYZ tiles", async () => {
  const description = (await (await get(`/xyz/${jobId}/tiles.json`)).json()) as { tiles: string[]; maxzoom: number };
  expect(description.maxzoom).toBe(2);
  const address = description.tiles[0]?.replace("{z}", "2").replace("{x}", "3").replace("{y}", "3") ?? "";
  const corner = Buffer.from(await (await fetch(address)).arrayBuffer());
  expect(await sharp(corner).metadata()).toMatchObject({ width: 256, height: 256 });
  const clipped = (await (await get(`/xyz/${jobId}/tiles.json?edge=clipped`)).json()) as { tiles: string[] };
  expect(clipped.tiles[0]).toMatch(/\{y\}\.jpg\?edge=clipped$/);
  expect(description.tiles[0]).toMatch(/\{y\}\.jpg\?edge=filled$/);
  const whole = await get(`/xyz/${jobId}/0/0/0.jpg`);
  const deepZoom = await get(`/pyramids/${jobId}_files/8/0_0.jpg`);
  expect(Buffer.from(await whole.arrayBuffer()).equals(Buffer.from(await deepZoom.arrayBuffer()))).toBe(true);
  expect((await get(`/xyz/${jobId}/0/0/0.jpg?edge=round`)).status).toBe(404);
  expect((await get(`/xyz/${jobId}/2/4/0.jpg`)).status).toBe(404);
  expect((await get(`/xyz/${jobId}/3/0/0.jpg`)).status).toBe(404);
});

const manifestOf = async (jobId: string): Promise<unknown> => (await get(`/pyramids/${jobId}/manifest.json`)).json();

test("the manifest says what came in, what went out, and how", async () => {
  const source = await readFile(picture.path);
  const milliseconds = expect.toSatisfy((value: unknown) => Number.isFinite(value) && Number(value) >= 0);
  const version = expect.stringMatching(/^\d+\.\d+\.\d+/);
  expect(await manifestOf(jobId)).toEqual({
    format: "tilewright-pyramid/1",
    jobId,
    imageId,
    attempt: 1,
    source: {
      sizeBytes: source.length,
      sha256: createHash("sha256").update(source).digest("hex"),
      format: "png",
      widthPx: 1_003,
      heightPx: 777,
      orientation: 1,
      channels: 4,
      bitDepth: 8,
      samples: "unsigned",
      window: null,
      hasAlpha: true,
      iccProfile: false,
      colourSpace: "srgb",
      separateChannels: [],
      pageCount: 1,
      micrometresPerPixel: null,
      objectivePower: null,
      associatedImages: [],
    },
    pyramid: {
      file: "pyramid.tif",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      reusedTileCount: 0,
      widthPx: 1_003,
      heightPx: 777,
      levelCount: 11,
      tileSizePx: 256,
      tileFormat: "jpeg",
      tileCount: 16 + 4 + 1,
      sizeBytes: expect.any(Number),
    },
    settings: { tileSizePx: 256, tileFormat: "jpeg", quality: 80 },
    timingsMs: { downloading: milliseconds, tiling: milliseconds, publishing: milliseconds },
    software: { node: process.versions.node, sharp: version, libvips: version },
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

test("the manifest of a turned photograph has its profile and its orientation", async () => {
  const photo = await sharp(picture.path).withMetadata({ orientation: 6 }).withIccProfile("p3").jpeg().toBuffer();
  const uploaded = await product.client.uploadImage(new Blob([new Uint8Array(photo)]), { fileName: "photo.jpg" });
  await product.client.waitUntilReady(uploaded.imageId);
  expect(await manifestOf(uploaded.jobId)).toMatchObject({
    source: { format: "jpeg", widthPx: 777, heightPx: 1_003, orientation: 6, iccProfile: true },
    pyramid: { widthPx: 777, heightPx: 1_003 },
  });
});

test("a thumbnail comes with it", async () => {
  const thumbnail = Buffer.from(await (await get(`/pyramids/${jobId}/thumbnail.jpg`)).arrayBuffer());
  expect(await sharp(thumbnail).metadata()).toMatchObject({ format: "jpeg", width: 512 });
});

test.each([
  "/pyramids/00000000-0000-7000-8000-000000000000.dzi",
  "/images/00000000-0000-7000-8000-000000000000.dzi",
  "/pyramids/no-id.dzi",
  "/pyramids/no-id_files/1/0_0.jpg",
  "/pyramids/x/manifest.json",
  "/iiif/00000000-0000-7000-8000-000000000000/info.json",
  "/iiif/x",
  "/xyz/00000000-0000-7000-8000-000000000000/0/0/0.jpg",
  "/xyz/x/tiles.json",
])("%s is a refusal with a sentence, not a fault", async (path) => {
  const response = await get(path);
  expect([400, 404]).toContain(response.status);
  expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/\.$|✖/) } });
});
