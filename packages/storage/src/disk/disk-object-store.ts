import { createReadStream } from "node:fs";
import { chmod, copyFile, mkdir, open, readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { TilewrightError } from "@tilewright/core";
import type {
  ByteRange,
  MultipartUpload,
  ObjectInfo,
  ObjectStore,
  OpenMultipart,
  PartAddress,
  PartLayout,
  PutFileOptions,
  Room,
  StoredPart,
} from "@tilewright/core/storage";
import { holds } from "../held-bytes.ts";
import { segmentsOf } from "../object-key.ts";
import { DiskMultipart } from "./disk-multipart.ts";
import { DiskRoom } from "./disk-room.ts";
import { draftIn, linkDurably, moveDurably, removeDrafts, writeDurably } from "./durable-file.ts";
import { OpenFiles } from "./open-files.ts";
import { signGrant, verifyGrant } from "./signing.ts";

export interface DiskStoreOptions {
  /** Absolute path; created when it does not exist. */
  readonly directory: string;
  /** Signs part addresses; every server process on this directory needs the same one. */
  readonly signingSecret: string;
  readonly partAddressLifetimeMs?: number;
  /** Of the disk, what uploads never touch; a share of it by default. */
  readonly reserveBytes?: number | undefined;
}

const draftsLiveMs = 24 * 60 * 60 * 1_000;

/**
 * An ObjectStore in a directory: objects below `objects/`, those in the making below `drafts/`, open uploads below
 * `uploads/`, scratch below `scratch/`.
 */
export class DiskObjectStore implements ObjectStore {
  readonly #objects: string;
  readonly #drafts: string;
  readonly #multipart: DiskMultipart;
  readonly #openFiles = new OpenFiles();
  readonly #signingSecret: string;
  readonly #lifetimeMs: number;

  private constructor(options: DiskStoreOptions) {
    const { directory, signingSecret, partAddressLifetimeMs = 15 * 60_000, reserveBytes } = options;
    this.#objects = join(directory, "objects");
    this.#drafts = join(directory, "drafts");
    this.#multipart = new DiskMultipart(join(directory, "uploads"), new DiskRoom(directory, reserveBytes));
    this.#signingSecret = signingSecret;
    this.#lifetimeMs = partAddressLifetimeMs;
  }

  static async open(options: DiskStoreOptions): Promise<DiskObjectStore> {
    for (const folder of ["objects", "drafts", "uploads"]) await ownFolder(join(options.directory, folder));
    await removeDrafts(join(options.directory, "drafts"), draftsLiveMs);
    return new DiskObjectStore(options);
  }

  async head(key: string): Promise<ObjectInfo | null> {
    try {
      const { size, mtimeNs, ino } = await stat(this.localPath(key), { bigint: true });
      return { key, sizeBytes: Number(size), etag: `${ino.toString(36)}-${mtimeNs.toString(36)}` };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async *get(key: string, range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    if (range && range.end <= range.start) return;
    const { sizeBytes } = await this.#require(key);
    const end = (range?.end ?? sizeBytes) - 1;
    if (end < 0) return;
    for await (const chunk of createReadStream(this.localPath(key), { start: range?.start ?? 0, end })) {
      signal?.throwIfAborted();
      yield chunk;
    }
  }

  async read(key: string, range: ByteRange, target?: Uint8Array): Promise<Uint8Array> {
    return this.#openFiles.read(this.localPath(key), range, target).catch((error: unknown) => {
      throw isMissing(error) ? new TilewrightError("OBJECT_NOT_FOUND") : error;
    });
  }

  async put(key: string, body: Uint8Array): Promise<ObjectInfo> {
    const path = this.localPath(key);
    await writeDurably(path, (handle) => handle.writeFile(body), { draft: draftIn(this.#drafts) });
    this.#openFiles.forget(path);
    return this.#require(key);
  }

  async putNew(key: string, body: Uint8Array): Promise<ObjectInfo | null> {
    try {
      const draft = draftIn(this.#drafts);
      await writeDurably(this.localPath(key), (handle) => handle.writeFile(body), { draft, place: linkDurably });
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
      if (!(await holds(this, key, body))) return null;
    }
    return this.#require(key);
  }

  async putFile(key: string, path: string, { signal }: PutFileOptions = {}): Promise<ObjectInfo> {
    const target = this.localPath(key);
    await syncFile(path);
    signal?.throwIfAborted();
    try {
      await moveDurably(path, target);
    } catch (error) {
      if (!isCrossDevice(error)) throw error;
      await this.#copyFile(path, target, signal);
      await rm(path);
    }
    this.#openFiles.forget(target);
    return this.#require(key);
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const folder = join(this.#objects, prefix.slice(0, prefix.lastIndexOf("/") + 1));
    for await (const path of filesBelow(folder)) {
      const key = relative(this.#objects, path).split(sep).join("/");
      const info = key.startsWith(prefix) ? await this.head(key) : null;
      if (info) yield info;
    }
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const path = this.localPath(key);
      await rm(path, { force: true });
      this.#openFiles.forget(path);
      await this.#pruneEmptyFolders(dirname(path));
    }
  }

  localPath(key: string): string {
    return join(this.#objects, ...segmentsOf(key));
  }

  room(): Promise<Room> {
    return this.#multipart.room();
  }

  createMultipart(key: string, layout: PartLayout): Promise<MultipartUpload> {
    return this.#multipart.create(key, layout);
  }

  signPart({ storageUploadId }: MultipartUpload, partNumber: number, sizeBytes: number): Promise<PartAddress> {
    const expiresAt = new Date(Date.now() + this.#lifetimeMs);
    const url = signGrant(this.#signingSecret, { storageUploadId, partNumber, sizeBytes, expiresAt });
    return Promise.resolve({ url, expiresAt });
  }

  /**
   * Takes the bytes that arrive at a part's address.
   *
   * @param url path and query of the request.
   * @param announcedBytes the request's Content-Length, where it has one: a wrong one is refused before a byte is read.
   * @throws TilewrightError PART_URL_INVALID, PART_URL_EXPIRED, PART_TOO_LARGE, PART_TOO_SMALL, UPLOAD_CLOSED,
   * STORAGE_FULL
   */
  async acceptPart(url: string, announcedBytes: number | null, body: Readable): Promise<StoredPart> {
    const { storageUploadId, partNumber, sizeBytes } = verifyGrant(this.#signingSecret, url, new Date());
    if (announcedBytes !== null && announcedBytes !== sizeBytes) {
      throw new TilewrightError(
        announcedBytes > sizeBytes ? "PART_TOO_LARGE" : "PART_TOO_SMALL",
        `Part ${partNumber} has ${announcedBytes} bytes, but ${sizeBytes} belong there.`,
        { partNumber, expectedBytes: sizeBytes, actualBytes: announcedBytes },
      );
    }
    return this.#multipart.writePart(storageUploadId, partNumber, body);
  }

  listParts({ storageUploadId }: MultipartUpload): Promise<StoredPart[]> {
    return this.#multipart.list(storageUploadId);
  }

  async completeMultipart({ key, storageUploadId }: MultipartUpload): Promise<ObjectInfo> {
    const done = await this.head(key);
    if (!done) await this.#multipart.complete(storageUploadId, this.localPath(key));
    // After a crash between the rename and the clean-up, the leftovers go now.
    else await this.#multipart.abort(storageUploadId);
    return done ?? this.#require(key);
  }

  abortMultipart({ storageUploadId }: MultipartUpload): Promise<void> {
    return this.#multipart.abort(storageUploadId);
  }

  listMultiparts(prefix: string): AsyncIterable<OpenMultipart> {
    return this.#multipart.listOpen(prefix);
  }

  async #require(key: string): Promise<ObjectInfo> {
    const info = await this.head(key);
    if (!info) throw new TilewrightError("OBJECT_NOT_FOUND");
    return info;
  }

  async #copyFile(path: string, target: string, signal?: AbortSignal): Promise<void> {
    const draft = draftIn(this.#drafts);
    try {
      await copyFile(path, draft);
      await syncFile(draft);
      signal?.throwIfAborted();
      await moveDurably(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async #pruneEmptyFolders(folder: string): Promise<void> {
    for (let at = folder; at.startsWith(`${this.#objects}${sep}`); at = dirname(at)) {
      const removed = await rmdir(at).then(
        () => true,
        () => false,
      );
      if (!removed) return;
    }
  }
}

/** A folder that disappears meanwhile was empty: that must not end the walk. */
async function* filesBelow(folder: string): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
const isMissing = (error: unknown): boolean => hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR");
const isCrossDevice = (error: unknown): boolean => hasCode(error, "EXDEV");

/** Made where it is missing, and closed to all but this user and its group, and so is everything below it. */
async function ownFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const { mode } = await stat(path);
  // Who works in another user's folder was let in by its owner, and can't close it.
  if ((mode & 0o007) !== 0) await chmod(path, mode & 0o770).catch(() => {});
}
