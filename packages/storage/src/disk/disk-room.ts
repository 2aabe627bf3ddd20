import { statfs } from "node:fs/promises";
import { TilewrightError } from "@tilewright/core";
import { defaultReserveBytes, type Room, storageFull } from "@tilewright/core/storage";

/** A measurement older than this is made again. */
const freshForMs = 100;

type Measured = Omit<Room, "promisedBytes">;

/** Room that one writer has to itself until it is released. */
export interface Hold {
  /** Tells that so many bytes of it are on the disk now. @throws TilewrightError STORAGE_FULL others took the room. */
  written(bytes: number): Promise<void>;
  /** Gives back what was not written. To be called once. */
  release(): void;
}

/** What is left of the disk that a directory is on, with the writers of this process told apart from all others. */
export class DiskRoom {
  readonly #directory: string;
  readonly #reserveBytes: number | undefined;
  /** By all writers, less what the last look has seen on the disk. */
  #held = 0;
  /** Written since that look, and held still. */
  #landed = 0;
  #measured: Measured | null = null;
  #measuring: Promise<Measured> | null = null;
  #measuredAtMs = 0;

  /** @param reserveBytes a share of the disk by default: see `defaultReserveBytes`. */
  constructor(directory: string, reserveBytes?: number) {
    this.#directory = directory;
    this.#reserveBytes = reserveBytes;
  }

  /** As it was a moment ago if that leaves `bytes` above the reserve, else as it is now: nobody is refused too late. */
  async measure(bytes: number): Promise<Measured> {
    if (this.#measured && performance.now() - this.#measuredAtMs < freshForMs && isEnough(this.#measured, bytes)) {
      return this.#measured;
    }
    this.#measuring ??= this.#look().finally(() => {
      this.#measuring = null;
    });
    return this.#measuring;
  }

  /** @throws TilewrightError STORAGE_FULL with the figures: what is left would be less than the reserve. */
  async hold(bytes: number): Promise<Hold> {
    const room = await this.measure(this.#held + bytes);
    if (!isEnough(room, this.#held + bytes)) throw storageFull(bytes, { ...room, promisedBytes: this.#held });
    this.#held += bytes;
    let left = bytes;
    return {
      written: async (count) => {
        left -= count;
        this.#landed += count;
        const now = await this.measure(0);
        if (!isEnough(now, 0)) throw storageFull(left, { ...now, promisedBytes: 0 });
      },
      release: () => {
        this.#held -= left;
        left = 0;
      },
    };
  }

  async #look(): Promise<Measured> {
    // What lands while the disk is looked at counts twice until the next look: rather too little room than too much.
    const landed = this.#landed;
    const { blocks, bavail, bsize } = await statfs(this.#directory);
    this.#landed -= landed;
    this.#held -= landed;
    const sizeBytes = blocks * bsize;
    const reserveBytes = this.#reserveBytes ?? defaultReserveBytes(sizeBytes);
    this.#measured = { sizeBytes, freeBytes: bavail * bsize, reserveBytes };
    this.#measuredAtMs = performance.now();
    return this.#measured;
  }
}

const isEnough = ({ freeBytes, reserveBytes }: Measured, bytes: number): boolean => freeBytes - reserveBytes >= bytes;

/** As a rejection of `work`: the disk took no more, whatever was measured before. */
export async function tellingFull<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isToldAlready = error instanceof TilewrightError || !isFull(error);
    throw isToldAlready ? error : Object.assign(new TilewrightError("STORAGE_FULL"), { cause: error });
  }
}

/** Whether it says so in the system's words or in ours. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^(ENOSPC|EDQUOT|STORAGE_FULL)$/.test(String(error.code));
