import type { Ports } from "../ports.ts";
import type { TilingJob } from "../tiling/job.ts";
import { PyramidManifest } from "../tiling/manifest.ts";
import type { AnalysisAssignment } from "./schemas.ts";

/** Far above what a manifest has. */
const mostManifestBytes = 1024 * 1024;

/**
 * What an analysis is told of its pyramid; null where that is not in the store any more.
 *
 * @throws TilewrightError STORAGE_UNAVAILABLE
 */
export async function inputPyramid(
  { objects }: Pick<Ports, "objects">,
  { jobId, metadataPath, pyramid }: TilingJob,
): Promise<AnalysisAssignment["pyramid"] | null> {
  const manifest = metadataPath && (await readManifest(objects, metadataPath));
  if (!manifest || !metadataPath || !pyramid) return null;
  const { widthPx, heightPx, levelCount, tileSizePx, tileFormat } = pyramid;
  return {
    ...{ widthPx, heightPx, levelCount, tileSizePx, tileFormat },
    jobId,
    sha256: manifest.pyramid.sha256,
    micrometresPerPixel: manifest.source.micrometresPerPixel,
    metadataPath,
    dziUrl: `/pyramids/${jobId}.dzi`,
    tilesUrl: `/pyramids/${jobId}_files`,
  };
}

/** The end of an attempt that finds no pyramid where the database knows of one. */
export const pyramidGone = {
  cause: "FAILED",
  code: "PYRAMID_GONE",
  reason: "The pyramid is not in the object store any more.",
} as const;

async function readManifest(objects: Ports["objects"], key: string): Promise<PyramidManifest | null> {
  const stored = await objects.head(key);
  if (!stored || stored.sizeBytes > mostManifestBytes) return null;
  const text = new TextDecoder().decode(await objects.read(key, { start: 0, end: stored.sizeBytes }));
  return PyramidManifest.safeParse(parsed(text)).data ?? null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
