import { access, mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";

export interface Picture {
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * A picture with large forms, fine texture and sharp edges, the same at every call: smooth noise under a small
 * pattern that repeats. Kept in the system's temporary directory, as making 100 megapixels takes seconds.
 */
export async function makePicture(widthPx: number, heightPx: number, format: "jpg" | "tif" | "png"): Promise<Picture> {
  const folder = join(tmpdir(), "tilewright-pictures");
  const path = join(folder, `picture-2-${widthPx}x${heightPx}.${format}`);
  const picture = { path, widthPx, heightPx };
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return picture;
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  const forms = sharp(noise(48, 36), { raw: { width: 48, height: 36, channels: 3 }, limitInputPixels: false })
    .resize(widthPx, heightPx, { fit: "fill", kernel: "cubic" })
    .composite([{ input: pattern(96), raw: { width: 96, height: 96, channels: 4 }, tile: true }]);
  if (format === "jpg") await forms.jpeg({ quality: 92, chromaSubsampling: "4:4:4" }).toFile(draft);
  else if (format === "tif") await forms.tiff({ compression: "deflate" }).toFile(draft);
  else await forms.png({ compressionLevel: 3 }).toFile(draft);
  await rename(draft, path);
  return picture;
}

/** Random colours, from a generator with a fixed seed. */
function noise(width: number, height: number): Buffer {
  let state = 20_251;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  };
  return Buffer.from(Array.from({ length: width * height * 3 }, next));
}

/** Translucent rings and a cross: neighbours differ, so a shift by one pixel shows. */
function pattern(size: number): Buffer {
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const distance = Math.hypot(x - size / 2, y - size / 2);
      const onCross = x % 48 < 2 || y % 48 < 2;
      const value = onCross ? 20 : Math.round(128 + 127 * Math.sin(distance / 3));
      pixels.set([value, value, value, onCross ? 220 : 90], (y * size + x) * 4);
    }
  }
  return pixels;
}
