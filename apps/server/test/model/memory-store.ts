import { TilewrightError } from "@tilewright/core";
import type { MultipartUpload, ObjectInfo, ObjectStore, StoredPart } from "@tilewright/core/storage";
import { installationKey } from "@tilewright/core/storage";

/**
 * An object store that forgets everything at the end: the model is about rows and messages, and runs thousands of
 * steps.
 */
export class MemoryStore implements ObjectStore {
  /** As an operator hands over a store: the same database has marked others before. */
  readonly objects = new Map<string, Uint8Array>([[installationKey, new Uint8Array()]]);
  readonly multiparts = new Map<string, { key: string; parts: StoredPart[] }>();
  #uploads = 0;

  async head(key: string): Promise<ObjectInfo | null> {
    const body = this.objects.get(key);
    return body ? { key, sizeBytes: body.length, etag: "" } : null;
  }

  async *get(key: string) {
    yield this.#require(key);
  }

  async read(key: string, { start, end }: { start: number; end: number }) {
    return this.#require(key).subarray(start, end);
  }

  async put(key: string, body: Uint8Array): Promise<ObjectInfo> {
    this.objects.set(key, body);
    return { key, sizeBytes: body.length, etag: "" };
  }

  async putNew(key: string, body: Uint8Array): Promise<ObjectInfo | null> {
    const there = this.objects.get(key);
    return there && !Buffer.from(there).equals(body) ? null : this.put(key, body);
  }

  putFile(): Promise<ObjectInfo> {
    throw new Error("There are no files in the model.");
  }

  async *list(prefix: string) {
    for (const [key, body] of this.objects) if (key.startsWith(prefix)) yield { key, sizeBytes: body.length, etag: "" };
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
  }

  localPath(): null {
    return null;
  }

  async room(): Promise<null> {
    return null;
  }

  async createMultipart(key: string): Promise<MultipartUpload> {
    this.#uploads += 1;
    const storageUploadId = `upload-${this.#uploads}`;
    this.multiparts.set(storageUploadId, { key, parts: [] });
    return { key, storageUploadId };
  }

  signPart(): Promise<never> {
    throw new Error("Parts are put into the model directly.");
  }

  putPart({ storageUploadId }: MultipartUpload, part: StoredPart): void {
    this.multiparts.get(storageUploadId)?.parts.push(part);
  }

  async listParts({ storageUploadId }: MultipartUpload): Promise<StoredPart[]> {
    const upload = this.multiparts.get(storageUploadId);
    if (!upload) throw new TilewrightError("UPLOAD_CLOSED");
    return upload.parts;
  }

  async completeMultipart({ key, storageUploadId }: MultipartUpload): Promise<ObjectInfo> {
    const parts = await this.listParts({ key, storageUploadId });
    this.multiparts.delete(storageUploadId);
    return this.put(key, new Uint8Array(parts.reduce((sum, part) => sum + part.sizeBytes, 0)));
  }

  async abortMultipart({ storageUploadId }: MultipartUpload): Promise<void> {
    this.multiparts.delete(storageUploadId);
  }

  async *listMultiparts(prefix: string) {
    for (const [storageUploadId, { key }] of this.multiparts) {
      if (key.startsWith(prefix)) yield { key, storageUploadId, startedAt: new Date(0) };
    }
  }

  #require(key: string): Uint8Array {
    const body = this.objects.get(key);
    if (!body) throw new TilewrightError("OBJECT_NOT_FOUND");
    return body;
  }
}
