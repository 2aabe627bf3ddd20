import { createHash } from "node:crypto";
import type { ObjectInfo } from "@tilewright/core/storage";
import { type MarkTilingCompleteInput, manifestKey, type PyramidManifest, pyramidKey } from "@tilewright/core/tiling";
import type { writePyramid } from "@tilewright/pyramid";
import { SystemFailure } from "../jobs/failure.ts";
import type { TilingAttempt } from "./attempt.ts";
import type { ProgressReport } from "./progress.ts";
import type { StageTimer } from "./stage-timer.ts";

export type TiledImage = Omit<MarkTilingCompleteInput, "jobId" | "attempt">;

type Publisher = Pick<TilingAttempt, "assignment" | "objects" | "settings" | "signal">;

interface Made {
  readonly path: string;
  readonly written: Awaited<ReturnType<typeof writePyramid>>;
  readonly sourceSha256: string;
}

/** Puts the pyramid under the attempt's own prefix, and the manifest last: whoever finds that finds all. */
export async function publishPyramid(
  publisher: Publisher,
  made: Made,
  progress: ProgressReport,
  timer: StageTimer,
): Promise<TiledImage> {
  const { assignment, objects, settings, signal } = publisher;
  const { sha256, ...facts } = made.written.pyramid;
  progress.stored(0);
  const onStored = (bytes: number) => progress.stored(bytes / facts.sizeBytes);
  const stored = await objects.putFile(pyramidKey(assignment.outputPrefix), made.path, { signal, onStored });
  requireWhole(stored, facts.sizeBytes);
  timer.ended("publishing");
  signal.throwIfAborted();
  const manifest = manifestOf(publisher, made, timer.stages);
  const metadataPath = manifestKey(assignment.outputPrefix);
  const manifestText = Buffer.from(JSON.stringify(manifest, null, 2));
  const published = await objects.putNew(metadataPath, manifestText);
  if (!published) throw new SystemFailure("INTERNAL", "Another process has published under this attempt's name.");
  requireWhole(published, manifestText.length);
  const manifestSha256 = createHash("sha256").update(manifestText).digest("hex");
  return { metadataPath, manifestSha256, sourceSha256: made.sourceSha256, settings, pyramid: facts };
}

function manifestOf(
  { assignment, settings }: Publisher,
  { written, sourceSha256 }: Made,
  timingsMs: Record<string, number>,
): PyramidManifest {
  const { jobId, imageId, attempt, sourceSizeBytes } = assignment;
  return {
    format: "tilewright-pyramid/1",
    jobId,
    imageId,
    attempt,
    source: { sizeBytes: sourceSizeBytes, sha256: sourceSha256, ...written.image },
    pyramid: { file: pyramidKey(""), reusedTileCount: written.reusedTileCount, ...written.pyramid },
    settings,
    timingsMs,
    software: written.software,
    createdAt: new Date().toISOString(),
  };
}

/** A store that says yes and keeps a part of it must not lead to a COMPLETED job. */
function requireWhole(stored: ObjectInfo, sizeBytes: number): void {
  if (stored.sizeBytes === sizeBytes) return;
  throw new SystemFailure(
    "STORAGE_UNAVAILABLE",
    `The object store kept only ${stored.sizeBytes} of ${sizeBytes} bytes.`,
  );
}
