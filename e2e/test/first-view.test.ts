import { fileSource } from "@tilewright/client/node";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePicture } from "./picture.ts";
import { Product } from "./product.ts";

let product: Product;
beforeAll(async () => {
  product = await Product.start({ HEARTBEAT_MS: "200" });
});
afterAll(() => product.stop());

/** An image of the server's in 64 pixels of width: what is left when fine texture has been averaged away. */
const pixelsAt = async (path: string) => {
  const response = await fetch(new URL(path, product.address));
  expect([path, response.status]).toEqual([path, 200]);
  return sharp(Buffer.from(await response.arrayBuffer()))
    .resize(64)
    .raw()
    .toBuffer();
};

test("a large image can be looked at while it is being tiled, and looks the same afterwards", async () => {
  const picture = await makePicture(12_007, 9_001, "jpg");
  const { imageId, jobId } = await product.client.uploadImage(await fileSource(picture.path), {
    fileName: "slide.jpg",
  });
  await expect
    .poll(() => product.client.tiling.getStatus.query({ jobId }), { timeout: 60_000, interval: 50 })
    .toMatchObject({ preview: { imageWidthPx: 12_007, imageHeightPx: 9_001, levelCount: 12 } });
  const { attempt } = await product.client.tiling.getStatus.query({ jobId });
  const early = await pixelsAt(`/previews/${jobId}/${attempt}/thumbnail.jpg`);
  await pixelsAt(`/previews/${jobId}/${attempt}/11/3_2.jpg`);
  expect((await fetch(new URL(`/previews/${jobId}/${attempt}/12/0_0.jpg`, product.address))).status).toBe(404);

  await product.client.waitUntilReady(imageId);
  const final = await pixelsAt(`/pyramids/${jobId}/thumbnail.jpg`);
  expect(early.length).toBe(final.length);
  const difference = final.reduce((sum, value, i) => sum + Math.abs(value - (early[i] ?? 0)), 0) / final.length;
  expect(difference).toBeLessThan(3);
});
