import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is measured: the command that makes `target` of `source`, both paths. */
export const contenders = {
  pyramid: (source: string, target: string) => script("pyramid", source, `${target}.tif`),
  webpPyramid: (source: string, target: string) => script("pyramid", source, `${target}.tif`, "webp"),
  dzsave: (source: string, target: string) => [
    ...["vips", "dzsave", source, target, "--tile-size", "256", "--overlap", "0", "--suffix", ".jpg[Q=80]"],
  ],
  sharpTile: (source: string, target: string) => script("sharp-tile", source, `${target}.dz`),
  /** Every pixel is decoded and dropped. */
  decode: (source: string) => ["vips", "rawsave", source, "/dev/null"],
  /** Every pixel is decoded and encoded once, as one JPEG. */
  encode: (source: string, target: string) => ["vips", "jpegsave", source, `${target}.jpg`, "--Q", "80"],
  /** Of a pyramid. */
  quality: (source: string, target: string) => script("quality", source, target),
  preview: (source: string, target: string) => script("preview", source, `${target}.tif`),
} satisfies Record<string, (source: string, target: string) => readonly string[]>;

export type Contender = keyof typeof contenders;

const folder = fileURLToPath(new URL("./contenders", import.meta.url));
const script = (name: string, ...args: string[]): readonly string[] => [
  process.execPath,
  join(folder, `${name}.ts`),
  ...args,
];
