import { addAbortSignal, type Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { TilewrightError } from "@tilewright/core";
import type { ByteRange } from "@tilewright/core/storage";
import { answerOf, toStoreError } from "./s3-errors.ts";

interface StoredObject {
  readonly Bucket: string;
  readonly Key: string;
}

interface Body {
  readonly chunks: AsyncIterator<Uint8Array>;
  readonly etag: string | undefined;
  readonly endByte: number;
}

/** Tries in a row that bring nothing before a transfer is given up. */
const mostFruitlessTries = 4;
const firstPauseMs = 100;

/**
 * Streams an object or a range of it. A transfer that breaks goes on where it broke, as long as the object is still
 * the same.
 *
 * @throws TilewrightError OBJECT_NOT_FOUND, STORAGE_UNAVAILABLE; `signal`'s reason.
 */
export async function* readObject(
  client: S3Client,
  object: StoredObject,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  let at = range?.start ?? 0;
  let endByte = range?.end;
  let etag: string | undefined;
  let body: Body | null = null;
  let tries = 0;
  try {
    while (endByte === undefined || at < endByte) {
      let chunk: Uint8Array;
      try {
        body ??= await request(client, object, at, endByte, etag, signal);
        ({ etag, endByte } = body);
        if (at === endByte) return;
        chunk = await nextChunk(body, endByte - at);
      } catch (error) {
        signal?.throwIfAborted();
        body = null;
        tries += 1;
        const isFinal = !(error instanceof TilewrightError) || error.code !== "STORAGE_UNAVAILABLE";
        if (isFinal || tries >= mostFruitlessTries) throw error;
        await pause(firstPauseMs * 2 ** tries * (0.5 + Math.random()), undefined, { signal });
        continue;
      }
      tries = 0;
      at += chunk.length;
      yield chunk;
    }
  } finally {
    await body?.chunks.return?.();
  }
}

async function request(
  client: S3Client,
  object: StoredObject,
  start: number,
  end: number | undefined,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Body> {
  const isWhole = start === 0 && end === undefined;
  const command = new GetObjectCommand({
    ...object,
    ...(!isWhole && { Range: `bytes=${start}-${end === undefined ? "" : end - 1}` }),
    ...(etag !== undefined && { IfMatch: etag }),
  });
  const answer = await answerOf(client.send(command, signal && { abortSignal: signal }));
  const lengthBytes = answer.ContentLength;
  const isAsked = lengthBytes !== undefined && (end === undefined || lengthBytes === end - start);
  if (!answer.Body || !isAsked) {
    throw new TilewrightError(
      "STORAGE_UNAVAILABLE",
      "The object store answered with another range than was asked for.",
    );
  }
  const stream = answer.Body as Readable;
  if (signal) addAbortSignal(signal, stream);
  return { chunks: stream[Symbol.asyncIterator](), etag: answer.ETag, endByte: start + lengthBytes };
}

async function nextChunk({ chunks }: Body, leftBytes: number): Promise<Uint8Array> {
  const next = await chunks.next().catch((error: unknown) => {
    throw toStoreError(error);
  });
  if (next.done) throw new TilewrightError("STORAGE_UNAVAILABLE", "The object store cut a transfer short.");
  return next.value.length > leftBytes ? next.value.subarray(0, leftBytes) : next.value;
}
