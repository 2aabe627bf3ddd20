import type { RouterInputs, RouterOutputs } from "@tilewright/api";
import { TilewrightError } from "@tilewright/core/errors";
import { partNumbers, partSizeOf } from "@tilewright/core/upload/part-plan";
import pLimit from "p-limit";
import pRetry from "p-retry";
import { refusalOf } from "../errors.ts";
import type { Calls } from "../index.ts";
import { DigestReading } from "./digest-reading.ts";
import { UploadMeter, type UploadProgress } from "./progress.ts";
import { sendPart } from "./send-part.ts";
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
  /** Called where the file is read through before anything is sent, since the server may have it already. */
  readonly onComparing?: (() => void) | undefined;
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
 * already is not sent: its image is COMPLETED at once. While any other is sent, its digest is read, so that what arrives
 * can be held against it. In Node,
 * `await fileSource(path)` of `@tilewright/client/node` makes a source of a file.
 *
 * @throws TilewrightError such as EMPTY_FILE, FILE_TOO_LARGE, SLIDE_INCOMPLETE, UPLOAD_CLOSED, SIZE_MISMATCH (another
 * file than before), STORAGE_FULL (when it is opened; parts wait for room), TOO_MANY_UPLOADS.
 */
export async function uploadImage(calls: Calls, source: UploadSource, options: UploadOptions = {}) {
  const signal = options.signal ?? new AbortController().signal;
  const { upload, sha256 } = await openUpload(calls, source, options, signal);
  options.onOpen?.(upload);
  const read = upload.status === "OPEN" ? await sendAndRead(calls, source, upload, sha256, options, signal) : null;
  const { uploadId, sizeBytes } = upload;
  const complete = () =>
    calls.uploads.complete.mutate({ uploadId, sizeBytes, ...(read && { sha256: read }) }, { signal });
  const completed = await awaitingRoom(signal, options.onStorageFull, complete);
  return { uploadId, ...completed };
}

/** @returns the digest of what was sent, known before or read meanwhile; null if sending was too quick for it. */
async function sendAndRead(
  calls: Calls,
  source: UploadSource,
  upload: UploadState,
  sha256: string | null,
  options: UploadOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const reading = sha256 === null ? new DigestReading(source, signal) : null;
  try {
    await sendMissingParts(calls, source, upload, options, signal, reading);
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
    const upload = await persist(signal, () =>
      calls.uploads.create.mutate({ fileName, sizeBytes, metadata, ...(sha256 && { sha256 }) }, { signal }),
    );
    return { upload, sha256 };
  }
  const upload = await persist(signal, () => calls.uploads.listParts.query({ uploadId }, { signal }));
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
  const { isKnown } = await persist(signal, () =>
    calls.uploads.isSizeKnown.query({ sizeBytes: source.size }, { signal }),
  );
  if (!isKnown) return null;
  onComparing?.();
  return source.sha256(signal);
}

async function sendMissingParts(
  calls: Calls,
  source: UploadSource,
  upload: UploadState,
  { concurrency = 4, onProgress, onStorageFull }: UploadOptions,
  signal: AbortSignal,
  reading: DigestReading | null,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const arrived = new Set(upload.parts.map((part) => part.partNumber));
  const storedBytes = upload.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  let sentBytes = 0;
  const meter = new UploadMeter(upload.sizeBytes, storedBytes, onProgress ?? (() => {}));
  const send = async (partNumber: number) => {
    const start = (partNumber - 1) * upload.partSizeBytes;
    const body = await source.slice(start, start + partSizeOf(upload, partNumber));
    await awaitingRoom(either, onStorageFull, async () => {
      const { url } = await signPart(calls, upload.uploadId, partNumber, either);
      const onSent = (sentBytes: number) => meter.sending(partNumber, sentBytes);
      await sendPart({ url, body, signal: either, onSent }).catch((error: unknown) => {
        meter.failed(partNumber);
        throw error;
      });
    });
    meter.stored(partNumber, body.size);
    sentBytes += body.size;
    reading?.keepUpWith(sentBytes);
  };
  const missing = partNumbers(upload).filter((partNumber) => !arrived.has(partNumber));
  try {
    await pLimit(concurrency).map(missing, send);
  } finally {
    stop.abort();
  }
}

async function signPart(calls: Calls, uploadId: string, partNumber: number, signal: AbortSignal) {
  const { parts } = await calls.uploads.signParts.mutate({ uploadId, partNumbers: [partNumber] }, { signal });
  const [part] = parts;
  if (!part) throw new Error("The server signed no address for the part.");
  return { url: new URL(part.url, calls.baseUrl).href };
}

const betweenLooksForRoomMs = 5_000;

/** As `persist`, and for as long as the server has no room: what has arrived is kept, and somebody may make some. */
function awaitingRoom<Result>(
  signal: AbortSignal,
  onStorageFull: UploadOptions["onStorageFull"],
  work: () => Promise<Result>,
): Promise<Result> {
  return pRetry(() => persist(signal, work), {
    retries: Number.POSITIVE_INFINITY,
    factor: 1,
    minTimeout: betweenLooksForRoomMs,
    signal,
    onFailedAttempt: ({ error }) => {
      const refusal = refusalOf(error);
      if (refusal?.code !== "STORAGE_FULL") throw error;
      onStorageFull?.(refusal);
    },
  });
}

/** Tries again what the network or a restarting server lost; a refusal is final, but for an address that expired. */
function persist<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  return pRetry(work, {
    retries: 8,
    minTimeout: 250,
    maxTimeout: 10_000,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => {
      const code = refusalOf(error)?.code;
      return code === undefined || code === "PART_URL_EXPIRED" || code === "STORAGE_UNAVAILABLE";
    },
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw refusalOf(error) ?? error;
  });
}
