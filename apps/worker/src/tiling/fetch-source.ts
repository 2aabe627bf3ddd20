import { createHash, type Hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type ByteRange, sizeText } from "@tilewright/core/storage";
import type { TilingAssignment } from "@tilewright/core/tiling";
import pLimit from "p-limit";
import { SystemFailure } from "../jobs/failure.ts";
import { measureScratch } from "../jobs/room.ts";
import type { TilingAttempt } from "./attempt.ts";
import { TilingFailure } from "./failure.ts";

interface SourceRequest extends Pick<TilingAttempt, "objects" | "scratch" | "signal"> {
  readonly limits: Pick<TilingAttempt["limits"], "reserveBytes">;
  /** Told how many bytes of a copy are there, whenever there are more. */
  readonly onFetched?: (bytes: number) => void;
  readonly assignment: Pick<TilingAssignment, "sourceKey" | "sourceSizeBytes">;
}

export interface FetchedSource {
  /** On this machine: where it lies, or a copy in scratch when the store is elsewhere. */
  readonly path: string;
  /** Of all its bytes. There already for a copy; what is read in place is read through in the meantime. */
  readonly sha256: Promise<string>;
}

/** One stream alone seldom fills a line; more than a few compete with each other. */
const streams = 4;
/**
 * Read into the same memory again and again: a stream takes new memory for each piece, and a quarter more of the CPU.
 */
const pieceBytes = 4 * 2 ** 20;
const rangeBytes = 64 * 2 ** 20;

/**
 * @throws TilingFailure SIZE_MISMATCH. @throws SystemFailure SCRATCH_FULL. @throws TilewrightError STORAGE_UNAVAILABLE.
 * @throws the signal's reason.
 */
export async function fetchSource(request: SourceRequest): Promise<FetchedSource> {
  const { assignment, objects, scratch, limits, signal } = request;
  const { sourceKey, sourceSizeBytes } = assignment;
  const stored = await objects.head(sourceKey);
  if (stored?.sizeBytes !== sourceSizeBytes) {
    throw new TilingFailure(
      "SIZE_MISMATCH",
      `The stored file has ${stored?.sizeBytes ?? 0} of the ${sourceSizeBytes} bytes that were uploaded.`,
    );
  }
  const hash = createHash("sha256");
  const local = objects.localPath(sourceKey);
  if (local !== null) {
    const whole = { start: 0, end: sourceSizeBytes };
    const sha256 = digest(hash, local, whole, signal).then(() => hash.digest("hex"));
    // Whoever awaits it hears of it; nobody does when the attempt ends before.
    sha256.catch(() => {});
    return { path: local, sha256 };
  }
  const { spareBytes } = await measureScratch(scratch, limits.reserveBytes);
  if (spareBytes < sourceSizeBytes) {
    throw new SystemFailure(
      "SCRATCH_FULL",
      `The file takes ${sizeText(sourceSizeBytes)}, and the worker's disk has ${sizeText(Math.max(0, spareBytes))} to spare.`,
    );
  }
  const copy = join(scratch, "source");
  await download(request, copy, hash);
  return { path: copy, sha256: Promise.resolve(hash.digest("hex")) };
}

/**
 * Several ranges at a time, each written where it belongs as it streams in; memory stays the same for any size. The
 * digest follows in order, range by range, while the system still has them in its cache.
 */
async function download(
  { assignment: { sourceKey, sourceSizeBytes }, objects, signal, onFetched }: SourceRequest,
  path: string,
  hash: Hash,
): Promise<void> {
  await writeFile(path, "");
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  let fetchedBytes = 0;
  async function* counted(range: ByteRange) {
    for await (const chunk of objects.get(sourceKey, range, stop)) {
      yield chunk;
      fetchedBytes += chunk.length;
      onFetched?.(fetchedBytes);
    }
  }
  const fetchRange = async (range: ByteRange) => {
    const place = createWriteStream(path, { flags: "r+", start: range.start });
    await pipeline(counted(range), place, { signal: stop }).catch((error: unknown) => failed.abort(error));
  };
  const limit = pLimit(streams);
  const fetches = rangesOf(sourceSizeBytes).map((range) => ({ range, fetched: limit(fetchRange, range) }));
  try {
    for (const { range, fetched } of fetches) {
      await fetched;
      await digest(hash, path, range, stop);
    }
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    // Every stream has ended when this has.
    await Promise.all(fetches.map(({ fetched }) => fetched));
  }
}

async function digest(hash: Hash, path: string, { start, end }: ByteRange, signal: AbortSignal): Promise<void> {
  const file = await open(path);
  try {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - start));
    for (let at = start; at < end; ) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, end - at), at);
      if (bytesRead === 0) throw new TilingFailure("SIZE_MISMATCH", "The file became shorter while it was being read.");
      hash.update(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

const rangesOf = (sizeBytes: number): ByteRange[] =>
  Array.from({ length: Math.ceil(sizeBytes / rangeBytes) }, (_, i) => ({
    start: i * rangeBytes,
    end: Math.min(sizeBytes, (i + 1) * rangeBytes),
  }));
