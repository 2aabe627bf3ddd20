import { z } from "zod";
import { Sha256 } from "../sha256.ts";
import { PyramidFacts } from "./pyramid-facts.ts";
import { PyramidSettings } from "./pyramid-settings.ts";
import { TileFormat } from "./tile-format.ts";

/** Manifests that say nothing of it were written when there was no other. */
const tileFormat = TileFormat.default("jpeg");

/** What of an image's samples becomes black and white. Manifests that say less of it were written before. */
const SampleWindow = z.object({
  black: z.number(),
  white: z.number(),
  least: z.number(),
  most: z.number(),
  foundBy: z.enum(["type", "extremes", "percentiles"]),
});

/** `manifest.json` beside a pyramid: the job's `metadataPath`. It is written last, so where it is, all is. */
export const PyramidManifest = z.object({
  format: z.literal("tilewright-pyramid/1"),
  jobId: z.uuid(),
  imageId: z.uuid(),
  attempt: z.int().min(1),
  /** What the source's header says; see the pyramid package for these and more fields. */
  source: z.looseObject({
    sizeBytes: z.int().min(1),
    sha256: Sha256.optional(),
    format: z.string(),
    micrometresPerPixel: z.number().nullable().default(null),
    objectivePower: z.number().nullable().default(null),
    separateChannels: z.array(z.string()).readonly().default([]),
    window: SampleWindow.nullable().catch(null),
  }),
  pyramid: z.object({
    /** Object beside the manifest. */
    file: z.string(),
    /** Of that object. */
    sha256: Sha256,
    /** Tiles taken over from the source as they were. */
    reusedTileCount: z.int().min(0).default(0),
    ...PyramidFacts.shape,
    tileFormat,
  }),
  settings: PyramidSettings.extend({ tileFormat }),
  /** Milliseconds per stage of the attempt. */
  timingsMs: z.record(z.string(), z.number()),
  software: z.record(z.string(), z.string()),
  createdAt: z.iso.datetime(),
});
export type PyramidManifest = z.infer<typeof PyramidManifest>;
