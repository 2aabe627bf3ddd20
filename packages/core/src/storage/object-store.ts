import type { Room } from "./room.ts";

export interface ObjectInfo {
  readonly key: string;
  readonly sizeBytes: number;
  /** Changes whenever the object's bytes do. */
  readonly etag: string;
}

/** Half-open: bytes `start` to `end - 1`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** By the store's clock. */
  readonly arrivedAt: Date;
}

export interface PartAddress {
  /** Absolute where parts go to the store itself, relative to the server where it takes them. */
  readonly url: string;
  readonly expiresAt: Date;
}

export interface MultipartUpload {
  readonly key: string;
  readonly storageUploadId: string;
}

/** A multipart upload that was neither completed nor aborted. */
export interface OpenMultipart extends MultipartUpload {
  /** By the store's clock. */
  readonly startedAt: Date;
}

/** How the parts of a multipart upload lie in the whole: part n starts at `(n - 1) * partSizeBytes`. */
export interface PartLayout {
  readonly sizeBytes: number;
  readonly partSizeBytes: number;
  readonly partCount: number;
}

export interface PutFileOptions {
  /** Once it aborts, nothing becomes visible. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of the file are stored, whenever there are more; never where it is moved or small. */
  readonly onStored?: ((bytes: number) => void) | undefined;
}

/**
 * Where bytes live: the local disk or any S3-compatible store. Keys are `/`-separated and relative.
 * Nothing half-written is ever visible under a key.
 *
 * @throws TilewrightError OBJECT_NOT_FOUND where a key must exist, STORAGE_UNAVAILABLE when the store does not answer,
 * STORAGE_FULL when it can't take any more.
 */
export interface ObjectStore {
  head(key: string): Promise<ObjectInfo | null>;
  /** Exactly the bytes of the range, or of the whole object. Once `signal` aborts, it throws its reason. */
  get(key: string, range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * One range in one piece.
   *
   * @param target as long as the range; it may be filled and returned, to spare the caller a copy. A store may pay no
   * heed.
   */
  read(key: string, range: ByteRange, target?: Uint8Array): Promise<Uint8Array>;
  put(key: string, body: Uint8Array): Promise<ObjectInfo>;
  /**
   * As `put`, but never over other bytes: null where they are. Of many callers at once one gets its way, and repeating
   * its call is a no-op.
   */
  putNew(key: string, body: Uint8Array): Promise<ObjectInfo | null>;
  /** Stores a local file; the file may be moved rather than copied. */
  putFile(key: string, path: string, options?: PutFileOptions): Promise<ObjectInfo>;
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Deletes what exists; a missing key is no error. */
  deleteMany(keys: readonly string[]): Promise<void>;
  /** Where the object lies as a file on this machine; null where the store is elsewhere. */
  localPath(key: string): string | null;
  /** What the store can still take; null where it can't tell, as a bucket can't. */
  room(): Promise<Room | null>;

  /**
   * Where the store can tell its room, that of all parts is promised to the upload. @throws TilewrightError
   * STORAGE_FULL
   */
  createMultipart(key: string, layout: PartLayout): Promise<MultipartUpload>;
  /** A short-lived address that takes exactly one part by PUT. */
  signPart(upload: MultipartUpload, partNumber: number, sizeBytes: number): Promise<PartAddress>;
  /** The parts that have arrived in full, by number. @throws TilewrightError UPLOAD_CLOSED */
  listParts(upload: MultipartUpload): Promise<StoredPart[]>;
  /** Makes the parts that have arrived one object, visible under its key. Repeating it after success is a no-op. */
  completeMultipart(upload: MultipartUpload): Promise<ObjectInfo>;
  /** Forgets the upload and its parts. Repeating it is a no-op. */
  abortMultipart(upload: MultipartUpload): Promise<void>;
  /** The open uploads of keys below `prefix`, and those so broken that their key is not known any more. */
  listMultiparts(prefix: string): AsyncIterable<OpenMultipart>;
}
