import type { RouterInputs, RouterOutputs } from "@tilewright/api";
import { TilewrightError } from "@tilewright/core";
import { partNumbers, partSizeOf } from "@tilewright/core/upload";
import pLimit from "p-limit";
import { addressBelow } from "../address.ts";
import type { Calls } from "../calls.ts";
import type { Connection } from "../connection.ts";
import { persist } from "../persist.ts";
import { awaitingRoom } from "./awaiting-room.ts";
import { DigestReading } from "./digest-reading.ts";
import { UploadMeter, type UploadProgress } from "./progress.ts";
import { seesBytesLeave, sendPart } from "./send-part.ts";
import type { UploadSource } from "./upload-source.ts";

type UploadState = RouterOutputs["uploads"]["create"];

export interface UploadOptions {
  /** Defaults to the source's own name; a bare `Blob` has none. */
  readonly fileName?: string | undefined;
  /** What to remember about the image: at most 50 flat entries. */
  readonly metadata?: RouterInputs["uploads"]["create"]["metadata"];
  /** Goes on with an upload that was interrupted: only the parts that have not arrived are sent. */
  readonly uploadId?: string | undefined;
  /** Parts in flight at a time. */
  readonly concurrency?: number | undefined;
  /** Aborting pauses: what has arrived stays, and `uploadId` goes on from there. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called, with how much of it has been read, while the file is read before anything is sent: the server may have it.
   */
  readonly onComparing?: ((readBytes: number) => void) | undefined;
  /** Called as soon as there is an id to resume by. */
  readonly onOpen?: ((upload: UploadState) => void) | undefined;
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  /**
   * Called each time the server has no room for a part. It is sent again, every few seconds, for as long as that takes;
   * what this throws ends the upload, which `uploadId` goes on with.
   */
  readonly onStorageFull?: ((refusal: TilewrightError) => void) | undefined;
}

/**
 * Uploads an image in parallel parts, retries what the network loses, and starts its tiling. A file that the server has
 * already is not sent: its image is COMPLETED at once. While any other is sent, its digest is read, so that what
 * arrives can be held against it. In Node, `await fileSource(path)` of `@tilewright/client/node` makes a source of a
 * file.
 *
 * @throws TilewrightError such as EMPTY_FILE, FILE_TOO_LARGE, SLIDE_INCOMPLETE, UPLOAD_CLOSED, SIZE_MISMATCH (another
 * file than before), STORAGE_FULL (when it is opened; parts wait for room), TOO_MANY_UPLOADS. @throws ConnectionError.
 */
export async function uploadImage(
  calls: Calls,
  connection: Connection,
  source: UploadSource,
  options: UploadOptions = {},
) {
  const signal = options.signal ?? new AbortController().signal;
  const { upload, sha256 } = await openUpload(calls, source, options, signal);
  options.onOpen?.(upload);
  const read =
    upload.status === "OPEN" ? await sendAndRead({ calls, connection, source, upload, options, signal }, sha256) : null;
  const { uploadId, sizeBytes } = upload;
  const completed = await awaitingRoom(signal, options.onStorageFull, (own) =>
    calls.uploads.complete.mutate({ uploadId, sizeBytes, ...(read && { sha256: read }) }, { signal: own }),
  );
  return { uploadId, ...completed };
}

interface Sending {
  readonly calls: Calls;
  readonly connection: Connection;
  readonly source: UploadSource;
  readonly upload: UploadState;
  readonly options: UploadOptions;
  readonly signal: AbortSignal;
}

/** @returns the digest of what was sent, known before or read meanwhile; null if sending was too quick for it. */
async function sendAndRead(sending: Sending, sha256: string | null): Promise<string | null> {
  const reading = sha256 === null ? new DigestReading(sending.source, sending.signal) : null;
  try {
    await sendMissingParts(sending, reading);
    return reading ? await reading.end() : sha256;
  } finally {
    reading?.stop();
  }
}

interface OpenedUpload {
  readonly upload: UploadState;
  /** Where it had to be known before anything is sent. */
  readonly sha256: string | null;
}

async function openUpload(
  calls: Calls,
  source: UploadSource,
  options: UploadOptions,
  signal: AbortSignal,
): Promise<OpenedUpload> {
  const { uploadId, metadata } = options;
  if (uploadId === undefined) {
    const fileName = options.fileName ?? source.name;
    if (fileName === undefined) throw new TilewrightError("INVALID_INPUT", "A source without a name needs a fileName.");
    const sizeBytes = source.size;
    const sha256 = await digestIfKnown(calls, source, options, signal);
    const upload = await persist(signal, (own) =>
      calls.uploads.create.mutate({ fileName, sizeBytes, metadata, ...(sha256 && { sha256 }) }, { signal: own }),
    );
    return { upload, sha256 };
  }
  const upload = await persist(signal, (own) => calls.uploads.listParts.query({ uploadId }, { signal: own }));
  if (upload.status === "ABORTED") throw new TilewrightError("UPLOAD_CLOSED");
  if (upload.sizeBytes !== source.size) {
    throw new TilewrightError(
      "SIZE_MISMATCH",
      `The upload was begun with a file of ${upload.sizeBytes} bytes; this one has ${source.size}.`,
    );
  }
  return { upload, sha256: null };
}

/** Only a file of the same size can be the same; reading any other one twice would be time lost. */
async function digestIfKnown(calls: Calls, source: UploadSource, { onComparing }: UploadOptions, signal: AbortSignal) {
  if (!source.sha256 || source.size === 0) return null;
  const { isKnown } = await persist(signal, (own) =>
    calls.uploads.isSizeKnown.query({ sizeBytes: source.size }, { signal: own }),
  );
  if (!isKnown) return null;
  onComparing?.(0);
  return source.sha256(signal, onComparing);
}

async function sendMissingParts(sending: Sending, reading: DigestReading | null): Promise<void> {
  const { connection, source, upload, options, signal } = sending;
  const { concurrency = 4, onProgress, onStorageFull } = options;
  const arrived = new Set(upload.parts.map((part) => part.partNumber));
  const missing = partNumbers(upload).filter((partNumber) => !arrived.has(partNumber));
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let sentBytes = 0;
  const meter = new UploadMeter({
    totalBytes: upload.sizeBytes,
    storedBytes: upload.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    seesBytesLeave: seesBytesLeave(connection),
    report: onProgress ?? (() => {}),
  });
  const send = async (partNumber: number) => {
    const start = (partNumber - 1) * upload.partSizeBytes;
    const body = await source.slice(start, start + partSizeOf(upload, partNumber));
    await awaitingRoom(either, onStorageFull, async (own) => {
      const onSent = (sentBytes: number) => meter.sending(partNumber, sentBytes);
      try {
        const address = await signPart(sending, partNumber, own);
        await sendPart({ ...address, body, signal: own, onSent });
      } catch (error) {
        if (!either.aborted) meter.failed(partNumber);
        throw error;
      }
    });
    meter.stored(partNumber, body.size);
    sentBytes += body.size;
    reading?.keepUpWith(sentBytes);
  };
  try {
    await pLimit(concurrency).map(missing, send);
  } finally {
    stop.abort();
    meter.stop();
  }
}

/**
 * The server's own addresses are relative to it; an object store's are absolute, and hold all that it wants to know.
 */
async function signPart({ calls, connection, upload }: Sending, partNumber: number, signal: AbortSignal) {
  const { uploadId } = upload;
  const { parts } = await calls.uploads.signParts.mutate({ uploadId, partNumbers: [partNumber] }, { signal });
  const url = parts[0]?.url;
  if (url === undefined) throw new Error("The server signed no address for the part.");
  return URL.canParse(url) ? { url, own: null } : { url: addressBelow(connection.baseUrl, url), own: connection };
}
