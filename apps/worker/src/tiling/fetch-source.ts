import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ByteRange, ObjectStore, TilingAssignment } from "@tilewright/core";
import pLimit from "p-limit";
import type { Attempt } from "../handlers.ts";
import { AttemptFailure } from "./failure.ts";

interface SourceRequest extends Pick<Attempt, "objects" | "scratch" | "signal"> {
  readonly assignment: Pick<TilingAssignment, "sourceKey" | "sourceSizeBytes">;
}

/** One stream alone seldom fills a line; more than a few compete with each other. */
const streams = 4;
const rangeBytes = 64 * 2 ** 20;

/**
 * Path of the source on this machine: where it lies, or a copy in scratch when the store is elsewhere.
 *
 * @throws AttemptFailure SIZE_MISMATCH. @throws TilewrightError STORAGE_UNAVAILABLE. @throws the signal's reason.
 */
export async function fetchSource({ assignment, objects, scratch, signal }: SourceRequest): Promise<string> {
  const { sourceKey, sourceSizeBytes } = assignment;
  const stored = await objects.head(sourceKey);
  if (stored?.sizeBytes !== sourceSizeBytes) {
    throw new AttemptFailure(
      "SIZE_MISMATCH",
      `The stored file has ${stored?.sizeBytes ?? 0} of the ${sourceSizeBytes} bytes that were uploaded.`,
    );
  }
  const local = objects.localPath(sourceKey);
  if (local !== null) return local;
  const copy = join(scratch, "source");
  await download(objects, sourceKey, sourceSizeBytes, copy, signal);
  return copy;
}

/** Several ranges at a time, each written where it belongs as it streams in; memory stays the same for any size. */
async function download(
  objects: ObjectStore,
  key: string,
  sizeBytes: number,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await writeFile(path, "");
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const fetchRange = async (range: ByteRange) => {
    const place = createWriteStream(path, { flags: "r+", start: range.start });
    await pipeline(objects.get(key, range, stop), place, { signal: stop }).catch((error: unknown) =>
      failed.abort(error),
    );
  };
  // Every stream has ended when this has.
  await pLimit(streams).map(rangesOf(sizeBytes), fetchRange);
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
}

const rangesOf = (sizeBytes: number): ByteRange[] =>
  Array.from({ length: Math.ceil(sizeBytes / rangeBytes) }, (_, i) => ({
    start: i * rangeBytes,
    end: Math.min(sizeBytes, (i + 1) * rangeBytes),
  }));
