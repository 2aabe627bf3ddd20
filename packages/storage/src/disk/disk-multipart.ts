import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";
import { TilewrightError } from "@tilewright/core";
import type { MultipartUpload, OpenMultipart, PartLayout, Room, StoredPart } from "@tilewright/core/storage";
import { partSizeOf } from "@tilewright/core/upload";
import pLimit from "p-limit";
import { z } from "zod";
import { type DiskRoom, type Hold, isFull, tellingFull } from "./disk-room.ts";
import { moveDurably, syncDirectory, writeDurably, writeWhole } from "./durable-file.ts";
import { PromisedRoom } from "./promised-room.ts";

const count = z.int().min(1);

/** `layout.json` of an upload's folder. */
const UploadRecord = z.object({ key: z.string(), sizeBytes: count, partSizeBytes: count, partCount: count });
type UploadRecord = z.infer<typeof UploadRecord>;

interface Writer {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  readonly release: () => void;
}

/**
 * Multipart uploads on a disk. The parts of an upload lie in one file, each at its final offset, so that completing
 * 20 GB is a rename. A part counts as arrived once its mark exists, and the mark is made only after the part's bytes
 * are flushed:
 *
 *     <directory>/<storageUploadId>/layout.json   sizeBytes, partSizeBytes, partCount, key
 *                                   /data          the file being put together
 *                                   /marks/<n>     part n is in `data`, in full
 *
 * One process at a time may take parts into a directory; any number may read objects.
 */
export class DiskMultipart {
  readonly #directory: string;
  /** By upload, then by part: who is writing it now. */
  readonly #writers = new Map<string, Map<number, Writer>>();
  /** Uploads that are being completed or aborted, one call after the other. */
  readonly #closing = new Map<string, Promise<void>>();
  readonly #disk: DiskRoom;
  readonly #promised: PromisedRoom;

  constructor(directory: string, disk: DiskRoom) {
    this.#directory = directory;
    this.#disk = disk;
    const sizeOf = (id: string) =>
      this.#layout(id).then(
        ({ sizeBytes }) => sizeBytes,
        () => null,
      );
    this.#promised = new PromisedRoom({ directory, disk, sizeOf });
  }

  /** What is left for uploads. */
  room(): Promise<Room> {
    return this.#promised.measure();
  }

  /** @throws TilewrightError STORAGE_FULL there is no room for all of it beside what others were promised. */
  create(key: string, layout: PartLayout): Promise<MultipartUpload> {
    const storageUploadId = randomUUID();
    return this.#promised.promise(storageUploadId, layout.sizeBytes, () =>
      tellingFull(() => this.#open(storageUploadId, key, layout)).catch(async (error: unknown) => {
        await this.#remove(storageUploadId);
        throw error;
      }),
    );
  }

  async #open(storageUploadId: string, key: string, layout: PartLayout): Promise<MultipartUpload> {
    const folder = this.#folder(storageUploadId);
    await mkdir(join(folder, "marks"), { recursive: true });
    await (await open(join(folder, "data"), "wx")).close();
    const { sizeBytes, partSizeBytes, partCount } = layout;
    const record: UploadRecord = { key, sizeBytes, partSizeBytes, partCount };
    await writeDurably(join(folder, "layout.json"), (handle) => handle.writeFile(JSON.stringify(record)));
    await syncDirectory(this.#directory);
    return { key, storageUploadId };
  }

  /**
   * Stores one part as it streams in. When the same part arrives twice at once, the later request wins and the
   * earlier one ends with an error.
   *
   * @throws TilewrightError UPLOAD_CLOSED, PART_NUMBER_OUT_OF_RANGE, PART_TOO_LARGE, PART_TOO_SMALL, STORAGE_FULL
   */
  async writePart(storageUploadId: string, partNumber: number, body: Readable): Promise<StoredPart> {
    // A body that breaks before anybody reads it must not end the process; reading it tells of it all the same.
    body.once("error", () => {});
    const { writer, earlier } = this.#takeOver(storageUploadId, partNumber);
    try {
      await earlier?.done;
      const layout = await this.#layout(storageUploadId);
      const sizeBytes = partSizeOf(layout, partNumber);
      const mark = join(this.#folder(storageUploadId), "marks", String(partNumber));
      const hold = await this.#disk.hold(sizeBytes);
      try {
        await rm(mark, { force: true });
        const place = { start: (partNumber - 1) * layout.partSizeBytes, sizeBytes };
        await tellingFull(async () => {
          await this.#fill(storageUploadId, place, body, hold, writer.abort.signal);
          await writeDurably(mark, (handle) => handle.writeFile(String(sizeBytes)));
        });
      } finally {
        hold.release();
      }
      return { partNumber, sizeBytes, arrivedAt: new Date() };
    } catch (error) {
      writer.abort.signal.throwIfAborted();
      throw isMissing(error) ? new TilewrightError("UPLOAD_CLOSED") : error;
    } finally {
      const parts = this.#writers.get(storageUploadId);
      if (parts?.get(partNumber) === writer) parts.delete(partNumber);
      if (parts?.size === 0) this.#writers.delete(storageUploadId);
      writer.release();
    }
  }

  /** @throws TilewrightError UPLOAD_CLOSED */
  async list(storageUploadId: string): Promise<StoredPart[]> {
    const layout = await this.#layout(storageUploadId);
    const marks = join(this.#folder(storageUploadId), "marks");
    const names = (await readdir(marks)).filter((name) => /^\d+$/.test(name));
    const partOf = async (partNumber: number): Promise<StoredPart | null> => {
      // A mark that has just been removed belongs to a part that is being sent again.
      const mark = await stat(join(marks, String(partNumber))).catch(() => null);
      return mark && { partNumber, sizeBytes: partSizeOf(layout, partNumber), arrivedAt: mark.mtime };
    };
    const parts = await pLimit(32).map(names.map(Number), partOf);
    return parts.filter((part) => part !== null).sort((a, b) => a.partNumber - b.partNumber);
  }

  /**
   * Moves the whole to `target` once nobody writes to it any more. @throws TilewrightError UPLOAD_CLOSED, PARTS_MISSING
   */
  async complete(storageUploadId: string, target: string): Promise<void> {
    await this.#close(storageUploadId, async () => {
      const { partCount } = await this.#layout(storageUploadId);
      if ((await this.list(storageUploadId)).length !== partCount) throw new TilewrightError("PARTS_MISSING");
      await tellingFull(() => moveDurably(join(this.#folder(storageUploadId), "data"), target));
      await this.#remove(storageUploadId);
    });
  }

  async abort(storageUploadId: string): Promise<void> {
    await this.#close(storageUploadId, () => this.#remove(storageUploadId));
  }

  /** A folder that has no readable record was never finished, or is being removed: nobody knows its key. */
  async *listOpen(prefix: string): AsyncIterable<OpenMultipart> {
    for (const storageUploadId of (await readdir(this.#directory)).filter(isId)) {
      const { key } = (await this.#layout(storageUploadId).catch(() => null)) ?? {};
      if (key !== undefined && !key.startsWith(prefix)) continue;
      const folder = await stat(this.#folder(storageUploadId)).catch(() => null);
      if (folder) yield { key: key ?? "", storageUploadId, startedAt: folder.mtime };
    }
  }

  /** Becomes the part's writer, in the order of the calls: it waits for nothing. An earlier writer is told to stop. */
  #takeOver(storageUploadId: string, partNumber: number): { writer: Writer; earlier: Writer | undefined } {
    if (this.#closing.has(storageUploadId)) throw new TilewrightError("UPLOAD_CLOSED");
    const parts = this.#writers.get(storageUploadId) ?? new Map<number, Writer>();
    this.#writers.set(storageUploadId, parts);
    const earlier = parts.get(partNumber);
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const writer = { abort: new AbortController(), done, release };
    parts.set(partNumber, writer);
    earlier?.abort.abort(new TilewrightError("UPLOAD_CLOSED", "The same part is being sent again."));
    return { writer, earlier };
  }

  /** Does `work` while no part is being written: writers under way are stopped, new ones refused. */
  async #close(storageUploadId: string, work: () => Promise<void>): Promise<void> {
    const earlier = this.#closing.get(storageUploadId) ?? Promise.resolve();
    const closing = earlier
      .catch(() => {})
      .then(() => this.#stopWriters(storageUploadId))
      .then(work);
    this.#closing.set(storageUploadId, closing);
    try {
      await closing;
    } finally {
      if (this.#closing.get(storageUploadId) === closing) this.#closing.delete(storageUploadId);
    }
  }

  async #stopWriters(storageUploadId: string): Promise<void> {
    const writers = [...(this.#writers.get(storageUploadId)?.values() ?? [])];
    for (const { abort } of writers) abort.abort(new TilewrightError("UPLOAD_CLOSED"));
    await Promise.all(writers.map(({ done }) => done));
  }

  async #remove(storageUploadId: string): Promise<void> {
    await rm(this.#folder(storageUploadId), { recursive: true, force: true, maxRetries: 3 });
  }

  async #fill(
    storageUploadId: string,
    { start, sizeBytes }: { start: number; sizeBytes: number },
    body: Readable,
    hold: Hold,
    signal: AbortSignal,
  ): Promise<void> {
    const handle = await open(join(this.#folder(storageUploadId), "data"), "r+");
    try {
      let written = 0;
      const chunks = addAbortSignal(signal, body).iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
      for await (const chunk of chunks) {
        if (written + chunk.length > sizeBytes) throw tooLarge(sizeBytes);
        await writeWhole(handle, chunk, start + written);
        written += chunk.length;
        await hold.written(chunk.length);
      }
      signal.throwIfAborted();
      if (written < sizeBytes) throw tooSmall(written, sizeBytes);
      await handle.datasync();
    } catch (error) {
      // Who is refused for want of room half-way has to hear of it: the connection stays for the answer.
      if (!isFull(error)) body.destroy();
      throw error;
    } finally {
      await handle.close();
    }
  }

  async #layout(storageUploadId: string): Promise<UploadRecord> {
    try {
      return UploadRecord.parse(JSON.parse(await readFile(join(this.#folder(storageUploadId), "layout.json"), "utf8")));
    } catch (error) {
      throw isMissing(error) ? new TilewrightError("UPLOAD_CLOSED") : error;
    }
  }

  #folder(storageUploadId: string): string {
    if (!isId(storageUploadId)) throw new TilewrightError("UPLOAD_NOT_FOUND");
    return join(this.#directory, storageUploadId);
  }
}

const isId = (name: string): boolean => /^[0-9a-f-]{36}$/.test(name);

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

const tooLarge = (sizeBytes: number) =>
  new TilewrightError("PART_TOO_LARGE", `The part has more than the ${sizeBytes} bytes that belong there.`, {
    expectedBytes: sizeBytes,
  });

const tooSmall = (actual: number, sizeBytes: number) =>
  new TilewrightError("PART_TOO_SMALL", `Only ${actual} of the part's ${sizeBytes} bytes arrived. Send it again.`, {
    expectedBytes: sizeBytes,
    actualBytes: actual,
  });
