import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type MarkTilingCompleteInput,
  manifestKey,
  type ObjectInfo,
  type PyramidManifest,
  pyramidKey,
} from "@tilewright/core";
import { type PyramidLimits, writePyramid } from "@tilewright/pyramid";
import type { Attempt } from "../handlers.ts";
import { AttemptFailure } from "../jobs/failure.ts";
import { watchScratch } from "../jobs/room.ts";
import { fetchSource } from "./fetch-source.ts";
import { withinMemory } from "./memory-class.ts";
import { headStart, publishPreview } from "./preview.ts";

export type TiledImage = Omit<MarkTilingCompleteInput, "jobId" | "attempt">;

/** Ends an attempt of which the server has completed the job, with the pyramid of the same bytes. */
class ReusedError extends Error {}

/**
 * One attempt at tiling: source to pyramid to object store. Everything it publishes lies under the attempt's own
 * prefix, the manifest last. As soon as the digest of the source is known, the server is asked whether it has the pyramid
 * already; until the answer is there, the work goes on.
 *
 * @returns null when the job is COMPLETED with the pyramid of the same bytes.
 * @throws AttemptFailure, PyramidError, or the signal's reason.
 */
export async function tileImage(attempt: Attempt): Promise<TiledImage | null> {
  const over = new AbortController();
  const signal = AbortSignal.any([attempt.signal, over.signal]);
  const unwatch = watchScratch(attempt.scratch, attempt.limits.reserveBytes, () => over.abort(outOfRoom()));
  try {
    return await tile({ ...attempt, signal }, (reason) => over.abort(reason));
  } catch (error) {
    if (over.signal.reason instanceof ReusedError && !attempt.signal.aborted) return null;
    throw error;
  } finally {
    unwatch();
    over.abort();
  }
}

const outOfRoom = () =>
  new AttemptFailure("SCRATCH_FULL", "The disk of the worker has no room left for the work on this image.");

async function tile(attempt: Attempt, end: (reason: unknown) => void): Promise<TiledImage> {
  const { assignment, objects, scratch, settings, decoders, signal, report } = attempt;
  const timer = new StageTimer();

  let tiles = { tilesDone: 0, tilesTotal: null as number | null };
  const onFetched = (bytes: number) =>
    report({ stage: "DOWNLOADING", stageFraction: bytes / assignment.sourceSizeBytes, ...tiles });
  onFetched(0);
  const source = await fetchSource({ ...attempt, onFetched });
  const reading = source.sha256.then((sha256) => requireSameBytes(sha256, assignment.sourceSha256));
  // The work goes on meanwhile, and ends as soon as it is known to be for nothing.
  reading.catch(end);
  // An answer that is lost costs nothing but the work: if the job has ended, the attempt is refused later.
  const asked = reading.then((sha256) => attempt.reuse(sha256, settings)).catch(() => false);
  void asked.then((isReused) => isReused && end(new ReusedError()));
  timer.ended("downloading");

  report({ stage: "TILING", stageFraction: 0, ...tiles });
  const pyramidPath = join(scratch, "pyramid.tif");
  const pyramidEnded = new AbortController();
  const previewing = publishPreview(attempt, source.path, AbortSignal.any([signal, pyramidEnded.signal]));
  await headStart(previewing, signal);
  // What has to be copied first has half of the stage behind it when its first tile is made.
  let copiedShare = 0;
  const onCopied = (fraction: number) => {
    copiedShare = fraction / 2;
    report({ stage: "TILING", stageFraction: copiedShare, ...tiles });
  };
  const onProgress = (tilesDone: number, tilesTotal: number) => {
    tiles = { tilesDone, tilesTotal };
    const stageFraction = copiedShare + (1 - copiedShare) * (tilesDone / tilesTotal);
    report({ stage: "TILING", stageFraction, ...tiles });
  };
  const onImage = (_: unknown, tilesTotal: number) => onProgress(0, tilesTotal);
  const write = (limits: PyramidLimits) =>
    writePyramid(source.path, pyramidPath, { settings, limits, signal, decoders, onImage, onCopied, onProgress });
  const written = await withinMemory(attempt, write).finally(() => {
    pyramidEnded.abort();
    return previewing;
  });
  const sourceSha256 = await reading;
  await asked;
  signal.throwIfAborted();
  timer.ended("tiling");

  const { sha256, ...facts } = written.pyramid;
  const onStored = (bytes: number) => report({ stage: "PUBLISHING", stageFraction: bytes / facts.sizeBytes, ...tiles });
  onStored(0);
  const stored = await objects.putFile(pyramidKey(assignment.outputPrefix), pyramidPath, { signal, onStored });
  requireWhole(stored, facts.sizeBytes);
  timer.ended("publishing");
  const manifest: PyramidManifest = {
    format: "tilewright-pyramid/1",
    jobId: assignment.jobId,
    imageId: assignment.imageId,
    attempt: assignment.attempt,
    source: { sizeBytes: assignment.sourceSizeBytes, sha256: sourceSha256, ...written.image },
    pyramid: { file: pyramidKey(""), sha256, reusedTileCount: written.reusedTileCount, ...facts },
    settings,
    timingsMs: timer.stages,
    software: written.software,
    createdAt: new Date().toISOString(),
  };
  signal.throwIfAborted();
  const metadataPath = manifestKey(assignment.outputPrefix);
  const manifestText = Buffer.from(JSON.stringify(manifest, null, 2));
  const published = await objects.putNew(metadataPath, manifestText);
  if (!published) throw new AttemptFailure("INTERNAL", "Another process has published under this attempt's name.");
  requireWhole(published, manifestText.length);
  const manifestSha256 = createHash("sha256").update(manifestText).digest("hex");
  return { metadataPath, manifestSha256, sourceSha256, settings, pyramid: facts };
}

/** Bytes that have changed on their way to the store, or in it, must not become a slide's picture. */
function requireSameBytes(sha256: string, expected: string | null): string {
  if (expected === null || sha256 === expected) return sha256;
  throw new AttemptFailure(
    "CHECKSUM_MISMATCH",
    `The stored file is not the one that was sent: its SHA-256 begins with ${[sha256, expected].map((each) => each.slice(0, 12)).join(" instead of ")}.`,
  );
}

/** A store that says yes and keeps a part of it must not lead to a COMPLETED job. */
function requireWhole(stored: ObjectInfo, sizeBytes: number): void {
  if (stored.sizeBytes === sizeBytes) return;
  throw new AttemptFailure(
    "STORAGE_UNAVAILABLE",
    `The object store kept only ${stored.sizeBytes} of ${sizeBytes} bytes.`,
  );
}

/** Milliseconds that each stage took. */
class StageTimer {
  readonly stages: Record<string, number> = {};
  #sinceMs = performance.now();

  ended(stage: string): void {
    const nowMs = performance.now();
    this.stages[stage] = Math.round(nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
  }
}
