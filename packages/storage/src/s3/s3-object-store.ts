import { open } from "node:fs/promises";
import {
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { TilewrightError } from "@tilewright/core";
import type {
  ByteRange,
  MultipartUpload,
  ObjectInfo,
  ObjectStore,
  OpenMultipart,
  PartAddress,
  PutFileOptions,
  StoredPart,
} from "@tilewright/core/storage";
import { holds } from "../held-bytes.ts";
import { segmentsOf } from "../object-key.ts";
import { putParts, smallestParts } from "./put-parts.ts";
import { readObject } from "./read-object.ts";
import { parseS3Address, type S3Address } from "./s3-address.ts";
import { createS3Client } from "./s3-client.ts";
import { answerOf, statusOf, toStoreError } from "./s3-errors.ts";
import { S3Multipart } from "./s3-multipart.ts";

export interface S3StoreOptions {
  /** `s3://bucket/prefix?endpoint=…`; see `S3Address`. */
  readonly url: URL;
  readonly partAddressLifetimeMs?: number;
  /** How long the store may stay silent within a request. */
  readonly silenceMs?: number;
  /** Most entries that a listing brings by one request; the store's own limit by default. */
  readonly pageSize?: number;
}

/** S3 deletes at most so many objects by one request. */
const mostDeletions = 1_000;

/** An ObjectStore in a bucket of any S3-compatible store. Parts of uploads go there directly, by signed addresses. */
export class S3ObjectStore implements ObjectStore {
  /** Where the addresses of parts lead to, for a page's content security policy. */
  readonly partOrigin: string;
  readonly #address: S3Address;
  readonly #client: S3Client;
  /** As `#client`, but for signing addresses that others use. */
  readonly #signer: S3Client;
  readonly #multipart: S3Multipart;
  readonly #lifetimeMs: number;
  readonly #pageSize: number | undefined;

  private constructor(
    address: S3Address,
    client: S3Client,
    signer: S3Client,
    partOrigin: string,
    { partAddressLifetimeMs = 15 * 60_000, pageSize }: S3StoreOptions,
  ) {
    this.#address = address;
    this.#client = client;
    this.#signer = signer;
    this.#multipart = new S3Multipart(client, pageSize);
    this.partOrigin = partOrigin;
    this.#lifetimeMs = partAddressLifetimeMs;
    this.#pageSize = pageSize;
  }

  /**
   * Asks the store for nothing yet. @throws Error, TilewrightError when the address or the credentials are missing or
   * wrong.
   */
  static async open(options: S3StoreOptions): Promise<S3ObjectStore> {
    const { url, silenceMs = 30_000 } = options;
    const address = parseS3Address(url);
    const client = createS3Client(address, silenceMs);
    const { publicEndpoint: endpoint } = address;
    const signer = endpoint === undefined ? client : createS3Client({ ...address, endpoint }, silenceMs);
    const sample = { Bucket: address.bucket, Key: "sample", UploadId: "sample" };
    const { url: signed } = await new S3Multipart(client).sign(signer, sample, 1, 1, 1_000);
    return new S3ObjectStore(address, client, signer, new URL(signed).origin, options);
  }

  async head(key: string): Promise<ObjectInfo | null> {
    try {
      const answer = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      return { key, sizeBytes: answer.ContentLength ?? 0, etag: answer.ETag ?? "" };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw toStoreError(error);
    }
  }

  get(key: string, range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    if (range && range.end <= range.start) return nothing();
    return readObject(this.#client, this.#at(key), range, signal);
  }

  async read(key: string, range: ByteRange): Promise<Uint8Array> {
    return Buffer.concat(await Array.fromAsync(this.get(key, range)));
  }

  async put(key: string, body: Uint8Array): Promise<ObjectInfo> {
    await answerOf(this.#client.send(new PutObjectCommand({ ...this.#at(key), Body: body })));
    return this.#require(key);
  }

  async putNew(key: string, body: Uint8Array): Promise<ObjectInfo | null> {
    try {
      await this.#client.send(new PutObjectCommand({ ...this.#at(key), Body: body, IfNoneMatch: "*" }));
    } catch (error) {
      // 409 is Amazon's answer while another such request is under way.
      if (statusOf(error) !== 412 && statusOf(error) !== 409) throw toStoreError(error);
      // It may be this very request's own: its answer was lost, and the client sent it again.
      if (!(await holds(this, key, body))) return null;
    }
    return this.#require(key);
  }

  async putFile(key: string, path: string, options: PutFileOptions = {}): Promise<ObjectInfo> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      options.signal?.throwIfAborted();
      if (size <= smallestParts) await this.put(key, await file.readFile());
      else await putParts(this.#multipart, this.#at(key), file, size, options);
      const stored = await this.#require(key);
      if (stored.sizeBytes === size) return stored;
      throw new TilewrightError("STORAGE_UNAVAILABLE", `The object store kept ${stored.sizeBytes} of ${size} bytes.`);
    } finally {
      await file.close();
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const { bucket, prefix: ours } = this.#address;
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: bucket, Prefix: ours + prefix, MaxKeys: this.#pageSize },
    );
    for await (const page of translated(pages)) {
      for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? []) {
        yield { key: Key.slice(ours.length), sizeBytes: Size, etag: ETag };
      }
    }
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += mostDeletions) {
      const Objects = keys.slice(at, at + mostDeletions).map((key) => ({ Key: this.#at(key).Key }));
      const command = new DeleteObjectsCommand({ Bucket: this.#address.bucket, Delete: { Objects, Quiet: true } });
      const { Errors: failed = [] } = await answerOf(this.#client.send(command));
      const [first] = failed.filter(({ Code }) => Code !== "NoSuchKey");
      if (first) {
        throw new TilewrightError("STORAGE_UNAVAILABLE", `The object store did not delete ${failed.length} objects.`, {
          reason: `${first.Code}: ${first.Message}`,
        });
      }
    }
  }

  localPath(): null {
    return null;
  }

  room(): Promise<null> {
    return Promise.resolve(null);
  }

  async createMultipart(key: string): Promise<MultipartUpload> {
    const { UploadId } = await this.#multipart.create(this.#at(key));
    return { key, storageUploadId: UploadId };
  }

  signPart(upload: MultipartUpload, partNumber: number, sizeBytes: number): Promise<PartAddress> {
    return this.#multipart.sign(this.#signer, this.#open(upload), partNumber, sizeBytes, this.#lifetimeMs);
  }

  listParts(upload: MultipartUpload): Promise<StoredPart[]> {
    return this.#multipart.list(this.#open(upload));
  }

  /** The store forgets an upload once it is complete, so only the object itself tells of an earlier success. */
  async completeMultipart(upload: MultipartUpload): Promise<ObjectInfo> {
    try {
      await this.#multipart.complete(this.#open(upload));
    } catch (error) {
      const isClosed = error instanceof TilewrightError && error.code === "UPLOAD_CLOSED";
      const done = isClosed ? await this.head(upload.key) : null;
      if (done) return done;
      throw error;
    }
    return this.#require(upload.key);
  }

  abortMultipart(upload: MultipartUpload): Promise<void> {
    return this.#multipart.abort(this.#open(upload));
  }

  async *listMultiparts(prefix: string): AsyncIterable<OpenMultipart> {
    const { bucket, prefix: ours } = this.#address;
    let markers: { KeyMarker: string | undefined; UploadIdMarker: string | undefined } | undefined;
    do {
      const command = new ListMultipartUploadsCommand({
        Bucket: bucket,
        Prefix: ours + prefix,
        MaxUploads: this.#pageSize,
        ...markers,
      });
      const page = await answerOf(this.#client.send(command));
      for (const { Key = "", UploadId = "", Initiated } of page.Uploads ?? []) {
        yield { key: Key.slice(ours.length), storageUploadId: UploadId, startedAt: Initiated ?? new Date() };
      }
      const { NextKeyMarker, NextUploadIdMarker } = page;
      markers = page.IsTruncated ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : undefined;
    } while (markers);
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#address.bucket, Key: this.#address.prefix + segmentsOf(key).join("/") };
  }

  #open({ key, storageUploadId }: MultipartUpload): { Bucket: string; Key: string; UploadId: string } {
    return { ...this.#at(key), UploadId: storageUploadId };
  }

  async #require(key: string): Promise<ObjectInfo> {
    const info = await this.head(key);
    if (!info) throw new TilewrightError("OBJECT_NOT_FOUND");
    return info;
  }
}

async function* nothing(): AsyncIterable<Uint8Array> {}

async function* translated<Page>(pages: AsyncIterable<Page>): AsyncIterable<Page> {
  const iterator = pages[Symbol.asyncIterator]();
  for (;;) {
    const next = await answerOf(iterator.next());
    if (next.done) return;
    yield next.value;
  }
}
