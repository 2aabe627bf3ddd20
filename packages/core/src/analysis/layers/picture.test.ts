import { expect, test } from "vitest";
import type { OverlayLayer } from "../result.ts";
import { checkPicture } from "./picture.ts";

const image = { widthPx: 101, heightPx: 50 };

test("an overlay's last pixels may reach over the edge, and no more of it may", () => {
  // 13 of 8 image pixels each are the fewest that cover 101.
  expect(() => checkPicture(overlay({ widthPx: 104, heightPx: 56 }), png(13, 7), image)).not.toThrow();
  expect(() => checkPicture(overlay({ widthPx: 112, heightPx: 56 }), png(14, 7), image)).toThrow(/beyond the image/);
  expect(() => checkPicture(overlay({ widthPx: 104, heightPx: 64 }), png(13, 8), image)).toThrow(/beyond the image/);
  expect(() => checkPicture(overlay({ xPx: 8, widthPx: 104, heightPx: 48 }), png(13, 6), image)).toThrow(/beyond/);
});

test("overlays are what their names say", () => {
  expect(() => checkPicture(pixel("mask.png"), smallPng, image)).not.toThrow();
  expect(() => checkPicture(pixel("mask.webp"), smallWebp, image)).not.toThrow();
  expect(() => checkPicture(pixel("mask.webp"), smallPng, image)).toThrow(/no whole WebP/);
  expect(() => checkPicture(pixel("mask.png"), smallWebp, image)).toThrow(/no whole PNG/);
  expect(() => checkPicture(pixel("mask.png"), smallPng.subarray(0, -1), image)).toThrow(/no whole PNG/);
  const page = new TextEncoder().encode("<html><script>alert(1)</script></html>");
  expect(() => checkPicture(pixel("mask.png"), page, image)).toThrow(/no whole PNG/);
  expect(() => checkPicture(pixel("mask.webp"), new Uint8Array(0), image)).toThrow(/no whole WebP/);
  expect(() => checkPicture(pixel("mask.png"), png(0, 7), image)).toThrow(/no whole PNG/);
});

test("an overlay of more pixels than a page can hold is refused by its header", () => {
  expect(() => checkPicture(pixel("mask.png"), png(60_000, 60_000), image)).toThrow(/60000 x 60000/);
});

const smallPng = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const smallWebp = Buffer.from("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==", "base64");

const pixel = (file: string): OverlayLayer => overlay({ file });

function overlay(place: Partial<OverlayLayer>): OverlayLayer {
  const named = { type: "overlay", name: "mask", title: "Mask", description: "", file: "mask.png" } as const;
  return { ...named, sizeBytes: 1, sha256: "0".repeat(64), xPx: 0, yPx: 0, widthPx: 1, heightPx: 1, ...place };
}

/** As much of a PNG as its header and its end. */
function png(widthPx: number, heightPx: number): Uint8Array {
  const bytes = Buffer.alloc(45);
  bytes.write("\x89PNG\r\n\x1a\n", 0, "latin1");
  bytes.writeUInt32BE(13, 8);
  bytes.write("IHDR", 12, "latin1");
  bytes.writeUInt32BE(widthPx, 16);
  bytes.writeUInt32BE(heightPx, 20);
  bytes.write("IEND", 37, "latin1");
  return bytes;
}
