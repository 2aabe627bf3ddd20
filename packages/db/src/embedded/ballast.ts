import { open, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { defaultReserveBytes, sizeText } from "@tilewright/core/storage";
import { DatabaseError } from "../errors.ts";

const MiB = 2 ** 20;
/**
 * PostgreSQL writes its log in files of 16 MiB: enough of them to recover, and to work until somebody has made room.
 */
const ballastBytes = 64 * MiB;
/** With less, a server that starts would soon end again. */
const neededBytes = 32 * MiB;
const betweenLooksMs = 1_000;

/**
 * A file that only takes up room, for the day on which others have taken the rest of the disk: then it goes, and the
 * database can start, or go on, and take note of what is deleted. Once there is room again, so is the file.
 */
export class Ballast {
  readonly #directory: string;
  readonly #path: string;
  readonly #draft: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#path = join(directory, "ballast");
    this.#draft = `${this.#path}.new`;
  }

  /** For a start. @throws DatabaseError `DISK_FULL`: there is no room even without the ballast. */
  async makeRoom(): Promise<void> {
    if (await this.#releaseIfNeeded()) return;
    throw new DatabaseError(
      "DISK_FULL",
      `The disk of ${this.#directory} is full: ${sizeText(await this.#freeBytes())} are free, and the database needs ` +
        `${sizeText(neededBytes)} to start. Nothing is lost. Remove other files from that disk, then start again.`,
    );
  }

  /** For a start anew, for as long as it takes. @returns whether it took any time. @throws the signal's reason. */
  async awaitRoom(signal: AbortSignal): Promise<boolean> {
    let hasWaited = false;
    while (!(await this.#releaseIfNeeded())) {
      hasWaited = true;
      await delay(betweenLooksMs, undefined, { signal });
    }
    return hasWaited;
  }

  /** Gives the ballast up as soon as it is needed, and makes it again when there is room, until it is stopped. */
  keep(): { stop(): Promise<void> } {
    const stopping = new AbortController();
    const keeping = (async () => {
      while (!stopping.signal.aborted) {
        // A disk that can't be written to now is looked at again.
        if (await this.#releaseIfNeeded().catch(() => false)) await this.#make(stopping.signal).catch(() => {});
        await delay(betweenLooksMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      }
    })();
    return {
      async stop() {
        stopping.abort();
        await keeping;
      },
    };
  }

  /** @returns whether there is room now. */
  async #releaseIfNeeded(): Promise<boolean> {
    if ((await this.#freeBytes()) >= neededBytes) return true;
    for (const path of [this.#path, this.#draft]) await rm(path, { force: true });
    return (await this.#freeBytes()) >= neededBytes;
  }

  async #make(stopping: AbortSignal): Promise<void> {
    if ((await stat(this.#path).catch(() => null)) !== null) return;
    const { blocks, bsize } = await statfs(this.#directory);
    if ((await this.#freeBytes()) < 2 * ballastBytes + defaultReserveBytes(blocks * bsize)) return;
    try {
      const file = await open(this.#draft, "w", 0o600);
      try {
        // Written, since a file that is only made long takes no room.
        for (let done = 0; done < ballastBytes; done += MiB) {
          stopping.throwIfAborted();
          await file.write(Buffer.alloc(MiB, 1));
        }
      } finally {
        await file.close();
      }
      await rename(this.#draft, this.#path);
    } catch (error) {
      await rm(this.#draft, { force: true });
      throw error;
    }
  }

  async #freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#directory);
    return bavail * bsize;
  }
}
