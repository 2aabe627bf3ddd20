import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Room, spareBytes, storageFull } from "@tilewright/core/storage";
import pLimit from "p-limit";
import type { DiskRoom } from "./disk-room.ts";

interface PromisedRoomOptions {
  /** Where open uploads lie, a folder for each. */
  readonly directory: string;
  readonly disk: DiskRoom;
  /** Of the whole upload; null where nobody knows any more. */
  readonly sizeOf: (storageUploadId: string) => Promise<number | null>;
}

const statBlockBytes = 512;

/**
 * The room of open uploads: one that was opened has room for all of it. What it has not sent yet is what its file is
 * short of, which the disk itself knows, so that it needs no account that a crash could falsify.
 */
export class PromisedRoom {
  readonly #options: PromisedRoomOptions;
  readonly #opening = new Map<string, number>();
  /** A layout is written once. */
  readonly #sizes = new Map<string, number>();
  /** One promise at a time, or two would be made of the same room. */
  readonly #turn = pLimit(1);

  constructor(options: PromisedRoomOptions) {
    this.#options = options;
  }

  /**
   * Opens an upload once there is room for all of it beside what others were promised.
   *
   * @throws TilewrightError STORAGE_FULL with the figures; whatever `open` throws.
   */
  async promise<Result>(storageUploadId: string, sizeBytes: number, open: () => Promise<Result>): Promise<Result> {
    await this.#turn(async () => {
      const room = await this.measure(sizeBytes);
      if (spareBytes(room) < sizeBytes) throw storageFull(sizeBytes, room);
      this.#opening.set(storageUploadId, sizeBytes);
    });
    try {
      return await open();
    } finally {
      this.#opening.delete(storageUploadId);
    }
  }

  /** @param neededBytes what is asked for: an answer that has too little for it is of this moment. */
  async measure(neededBytes = 0): Promise<Room> {
    const { directory, disk } = this.#options;
    // As they are now: one that is opened meanwhile counts as a whole.
    const opening = new Map(this.#opening);
    const opened = (await readdir(directory)).filter((name) => !opening.has(name));
    const missing = await pLimit(32).map(opened, (storageUploadId) => this.#missingBytes(storageUploadId));
    const promisedBytes = [...opening.values(), ...missing].reduce((sum, bytes) => sum + bytes, 0);
    return { ...(await disk.measure(promisedBytes + neededBytes)), promisedBytes };
  }

  /** What is allocated of a file is gone from the disk's free room already. */
  async #missingBytes(storageUploadId: string): Promise<number> {
    const data = await stat(join(this.#options.directory, storageUploadId, "data")).catch(() => null);
    const sizeBytes = this.#sizes.get(storageUploadId) ?? (await this.#options.sizeOf(storageUploadId));
    if (!data || sizeBytes === null) {
      this.#sizes.delete(storageUploadId);
      return 0;
    }
    this.#sizes.set(storageUploadId, sizeBytes);
    return Math.max(0, sizeBytes - data.blocks * statBlockBytes);
  }
}
