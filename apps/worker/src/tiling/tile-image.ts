import { join } from "node:path";
import { type PyramidLimits, writePyramid } from "@tilewright/pyramid";
import type { TilingAttempt } from "./attempt.ts";
import { fetchSource } from "./fetch-source.ts";
import { withinMemory } from "./memory-class.ts";
import { headStart, publishPreview } from "./preview.ts";
import { ProgressReport } from "./progress.ts";
import { publishPyramid, type TiledImage } from "./publish.ts";
import { checkSource, ReusedError } from "./source-check.ts";
import { StageTimer } from "./stage-timer.ts";

/**
 * One attempt at tiling: source to pyramid to object store. Everything it publishes lies under the attempt's own
 * prefix, the manifest last. As soon as the digest of the source is known, the server is asked whether it has the
 * pyramid already; until the answer is there, the work goes on.
 *
 * @returns null when the job is COMPLETED with the pyramid of the same bytes.
 * @throws TilingFailure, SystemFailure, PyramidError, or the signal's reason.
 */
export async function tileImage(attempt: TilingAttempt): Promise<TiledImage | null> {
  const over = new AbortController();
  const signal = AbortSignal.any([attempt.signal, over.signal]);
  try {
    return await tile({ ...attempt, signal }, (reason) => over.abort(reason));
  } catch (error) {
    if (over.signal.reason instanceof ReusedError && !attempt.signal.aborted) return null;
    throw error;
  } finally {
    over.abort();
  }
}

async function tile(attempt: TilingAttempt, end: (reason: unknown) => void): Promise<TiledImage> {
  const { assignment, settings, signal } = attempt;
  const progress = new ProgressReport(attempt.report);
  const timer = new StageTimer();

  progress.fetched(0);
  const onFetched = (bytes: number) => progress.fetched(bytes / assignment.sourceSizeBytes);
  const source = await fetchSource({ ...attempt, onFetched });
  const check = checkSource(source.sha256, attempt, settings, end);
  timer.ended("downloading");

  const path = join(attempt.scratch, "pyramid.tif");
  const written = await writeBesidePreview(attempt, source.path, path, progress);
  const sourceSha256 = await check.sha256;
  await check.asked;
  signal.throwIfAborted();
  timer.ended("tiling");

  return publishPyramid(attempt, { path, written, sourceSha256 }, progress, timer);
}

/** Makes the pyramid, and the preview meanwhile, which is over with it. */
async function writeBesidePreview(
  attempt: TilingAttempt,
  sourcePath: string,
  pyramidPath: string,
  progress: ProgressReport,
): Promise<Awaited<ReturnType<typeof writePyramid>>> {
  const { settings, decoders, signal } = attempt;
  progress.copied(0);
  const isWritten = new AbortController();
  const previewing = publishPreview(attempt, sourcePath, AbortSignal.any([signal, isWritten.signal]));
  await headStart(previewing, signal);
  const onCopied = (fraction: number) => progress.copied(fraction);
  const onImage = (_: unknown, tilesTotal: number) => progress.tiled(0, tilesTotal);
  const onProgress = (done: number, total: number) => progress.tiled(done, total);
  const write = (limits: PyramidLimits) =>
    writePyramid(sourcePath, pyramidPath, { settings, limits, signal, decoders, onImage, onCopied, onProgress });
  return withinMemory(attempt, write).finally(() => {
    isWritten.abort();
    return previewing;
  });
}
