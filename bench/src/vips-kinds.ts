import { execFile, spawnSync } from "node:child_process";
import { rename, rm } from "node:fs/promises";
import { promisify } from "node:util";
import type { Sharp } from "sharp";
import type { MemoryKind, Size } from "./memory-kinds.ts";

/** sharp's libvips leaves its home in the environment, where the system's finds no modules. */
const { VIPSHOME: _, ...env } = process.env;
const hasVips = spawnSync("vips", ["--version"]).status === 0;

const wide: Size[] = [64_000, 111_000, 200_000].map((width) => [width, 1_536]);
const low: Size = [200_000, 64];

/** Kinds that the system's `vips` decodes; none where it is not installed. */
export const vipsKinds: readonly MemoryKind[] = hasVips
  ? [
      {
        name: "TIFF, Zstandard tiles",
        sizes: [[16_384, 16_384], ...wide, low],
        save: savedAs("tif[tile,compression=zstd]"),
      },
      {
        name: "TIFF, Zstandard tiles of 512 px",
        sizes: [[16_384, 16_384], ...wide, low],
        save: savedAs("tif[tile,tile-width=512,tile-height=512,compression=zstd]"),
      },
      { name: "TIFF, Zstandard strips", sizes: [...wide, low], save: savedAs("tif[compression=zstd]") },
      {
        name: "TIFF, Zstandard tiles, 16 bits",
        sizes: [[111_000, 1_536]],
        save: (image, path) => savedAs("tif[tile,compression=zstd]")(image.toColourspace("rgb16"), path),
      },
      {
        name: "TIFF, Zstandard tiles, alpha",
        sizes: [[111_000, 1_536]],
        save: (image, path) => savedAs("tif[tile,compression=zstd]")(image.ensureAlpha(0.5), path),
      },
      {
        name: "TIFF, Zstandard tiles, orientation 6",
        sizes: [[8_192, 8_192]],
        save: (image, path) => savedAs("tif[tile,compression=zstd]")(image.withMetadata({ orientation: 6 }), path),
      },
      {
        name: "TIFF, floating-point tiles",
        sizes: [...wide, [8_192, 8_192]],
        save: savedAs("tif[tile]", "cast", "float"),
      },
      { name: "TIFF, floating-point strips", sizes: wide, save: savedAs("tif", "cast", "float") },
      {
        name: "JPEG 2000",
        sizes: [
          [8_192, 8_192],
          [64_000, 1_536],
        ],
        save: savedAs("jp2[Q=90]"),
      },
      {
        name: "JPEG 2000, one tile",
        sizes: [[8_192, 8_192]],
        save: savedAs("jp2[Q=90,tile-width=32768,tile-height=32768]"),
      },
      {
        name: "JPEG XL",
        sizes: [
          [5_000, 5_000],
          [8_192, 8_192],
        ],
        save: savedAs("jxl[effort=3]"),
      },
      {
        name: "JPEG XL, 16 bits",
        sizes: [[5_000, 5_000]],
        save: (image, path) => savedAs("jxl[effort=3]")(image.toColourspace("rgb16"), path),
      },
      {
        name: "JPEG XL, alpha",
        sizes: [[5_000, 5_000]],
        save: (image, path) => savedAs("jxl[effort=3]")(image.ensureAlpha(0.5), path),
      },
      {
        name: "HEIC",
        sizes: [
          [5_000, 5_000],
          [8_192, 8_192],
        ],
        save: savedAs("heic[compression=hevc,effort=0]"),
      },
    ]
  : [];

/** @param target extension and options of a file of the kind. @param operation of `vips`, and its further arguments. */
function savedAs(target: string, operation = "copy", ...more: string[]): MemoryKind["save"] {
  const [extension = "", options = ""] = target.split(/(?=\[)/);
  return async (image: Sharp, path: string) => {
    const [plain, named] = [`${path}.plain.tif`, `${path}.${extension}`];
    await image.tiff({ compression: "none", bigtiff: true }).toFile(plain);
    await promisify(execFile)("vips", [operation, plain, `${named}${options}`, ...more], { env });
    await Promise.all([rename(named, path), rm(plain)]);
  };
}
