import { expect, it } from "vitest";
import { inspectImage, writePreview } from "../src/index.ts";
import { type Slide, writeNdpi, writeScn } from "./composed-slides.ts";
import { expectAllOf } from "./shows-all-of.ts";
import { smoothImage } from "./smooth-image.ts";
import { hasVips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

const slides: [name: string, write: (file: string) => Promise<Slide>][] = [
  ["slide.ndpi", (file) => writeNdpi(file, { seen: smoothImage(6_144, 4_096) })],
  ["slide.scn", (file) => writeScn(file, { scale: 11 })],
];

it.runIf(hasVips).each(slides)(
  "of %s is made of a smaller level, and shows the same part of the glass",
  async (name, write) => {
    const { seen } = await write(path(name));
    expect(await writePreview(path(name), path(`${name}.tif`))).toMatchObject({
      imageWidthPx: seen.width,
      imageHeightPx: seen.height,
      levelCount: 12,
    });
    await expectAllOf(seen, path(`${name}.tif`));
  },
  60_000,
);

it.runIf(hasVips)(
  "is made of a slide whose pyramid takes more memory than there is",
  async () => {
    await writeNdpi(path("large.ndpi"), { seen: smoothImage(6_144, 4_096) });
    const limits = { memoryBytes: 120 * 2 ** 20 };
    await expect(inspectImage(path("large.ndpi"), { limits })).rejects.toMatchObject({ code: "NEEDS_MORE_MEMORY" });
    expect(await writePreview(path("large.ndpi"), path("large.tif"), { limits })).toMatchObject({ levelCount: 12 });
  },
  60_000,
);

it.runIf(hasVips)(
  "is not made of a slide that has no smaller level",
  async () => {
    await writeScn(path("flat.scn"), { scale: 11, isFlat: true });
    expect(await writePreview(path("flat.scn"), path("flat.tif"))).toBeNull();
  },
  60_000,
);
