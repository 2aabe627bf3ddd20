import { closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

interface LogFileOptions {
  /** From this size on, the file becomes `<path>.previous` and a new one is begun: twice as much is kept at most. */
  readonly mostBytes?: number;
}

/**
 * A destination for pino. Whatever becomes of the disk, a line that can't be written costs nothing but itself: it is
 * counted, and once lines can be written again, the log says how many are missing. Several processes may share a file.
 */
export class LogFile {
  readonly #path: string;
  readonly #mostBytes: number;
  #file: number | null = null;
  #missing = { lines: 0, why: "" };
  /** The last line that was written may lack its end. */
  #isTorn = false;

  /** @param path is created, with its folder, when the first line comes. */
  constructor(path: string, { mostBytes = 32 * 2 ** 20 }: LogFileOptions = {}) {
    this.#path = path;
    this.#mostBytes = mostBytes;
  }

  write(line: string): void {
    try {
      const file = this.#opened();
      this.#append(file, (this.#isTorn ? "\n" : "") + this.#whatIsMissing() + line);
      this.#missing = { lines: 0, why: "" };
      this.#isTorn = false;
    } catch (error) {
      this.#missing = { lines: this.#missing.lines + 1, why: error instanceof Error ? error.message : String(error) };
      this.#close();
    }
  }

  #append(file: number, text: string): void {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(file, bytes, done);
      this.#isTorn = true;
    }
  }

  #whatIsMissing(): string {
    const { lines, why } = this.#missing;
    if (lines === 0) return "";
    return `${JSON.stringify({ level: 40, time: Date.now(), missingLines: lines, why, msg: "lines of this log could not be written" })}\n`;
  }

  #opened(): number {
    if (this.#file !== null && fstatSync(this.#file).size >= this.#mostBytes) this.#beginAnew(this.#file);
    if (this.#file === null) {
      mkdirSync(dirname(this.#path), { recursive: true });
      this.#file = openSync(this.#path, "a");
    }
    return this.#file;
  }

  /** Another process may have begun a new file already: then that is the one to go on with. */
  #beginAnew(file: number): void {
    if (statSync(this.#path, { throwIfNoEntry: false })?.ino === fstatSync(file).ino) {
      renameSync(this.#path, `${this.#path}.previous`);
    }
    this.#close();
  }

  #close(): void {
    const file = this.#file;
    this.#file = null;
    try {
      if (file !== null) closeSync(file);
    } catch {
      // An ill disk may say so here once more; the file is closed all the same.
    }
  }
}
