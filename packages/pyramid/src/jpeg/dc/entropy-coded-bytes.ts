import { readSync } from "node:fs";
import { marker } from "../segments.ts";

const pieceBytes = 2 ** 20;

/**
 * Copies entropy-coded data without the zero that is stuffed behind every 0xff and without the restart markers, whose
 * places in `target` are added to `restarts`.
 *
 * @param start where in `target`.
 * @returns how much of `piece` was read, where the copy ends, and whether another marker ended it.
 */
export function unstuff(
  piece: Uint8Array,
  target: Uint8Array,
  start: number,
  restarts: number[],
): { from: number; to: number; isEnd: boolean } {
  let [from, to] = [0, start];
  for (;;) {
    const found = piece.indexOf(0xff, from);
    const next = found < 0 ? piece.length : found;
    target.set(piece.subarray(from, next), to);
    to += next - from;
    from = next;
    // The end of the piece may cut a marker in two.
    if (from + 2 > piece.length) return { from, to, isEnd: false };
    const kind = piece[from + 1] ?? 0;
    if (kind === 0) target[to++] = 0xff;
    else if (kind >= marker.rst0 && kind <= marker.rst7) restarts.push(to);
    else return { from, to, isEnd: true };
    from += 2;
  }
}

/** The entropy-coded data of a JPEG, piece by piece as they come from a file. */
export class EntropyCodedBytes {
  /** What is there, from the start to `endByte`; behind the end of the pixels, zeros. */
  readonly buffer: Buffer;
  endByte = 0;
  /** Places of the restart markers in `buffer`. */
  restarts: number[] = [];
  readonly #fd: number;
  readonly #piece = Buffer.alloc(pieceBytes);
  readonly #lookAheadBytes: number;
  #position: number;
  #isComplete = false;

  /** @param lookAheadBytes so much is there after `advance`, unless the pixels end before. */
  constructor(fd: number, position: number, lookAheadBytes: number) {
    this.#fd = fd;
    this.#position = position;
    this.#lookAheadBytes = lookAheadBytes;
    // Damaged pixels may be read for as long again.
    this.buffer = Buffer.alloc(2 * lookAheadBytes + pieceBytes);
  }

  /** Lets go of what comes before `usedBytes` where there is too little behind. @returns how much has gone. */
  advance(usedBytes: number): number {
    if (this.#isComplete || this.endByte - usedBytes >= this.#lookAheadBytes) return 0;
    this.buffer.copyWithin(0, usedBytes, this.endByte);
    this.endByte -= usedBytes;
    this.restarts = this.restarts.map((place) => place - usedBytes);
    while (!this.#isComplete && this.endByte < this.#lookAheadBytes) this.#readOn();
    if (this.#isComplete) this.buffer.fill(0, this.endByte);
    return usedBytes;
  }

  /** Without giving way: to hand a piece to another thread and back takes longer than to read it. */
  #readOn(): void {
    const bytesRead = readSync(this.#fd, this.#piece, 0, pieceBytes, this.#position);
    const piece = this.#piece.subarray(0, bytesRead);
    const { from, to, isEnd } = unstuff(piece, this.buffer, this.endByte, this.restarts);
    this.endByte = to;
    this.#position += from;
    this.#isComplete = isEnd || bytesRead < pieceBytes;
  }
}
