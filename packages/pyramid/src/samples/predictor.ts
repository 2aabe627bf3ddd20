/** Rows of samples of whole bytes. */
export interface Rows {
  readonly rowCount: number;
  /** Of a row, over all channels. */
  readonly rowSamples: number;
  /** Samples to a pixel. */
  readonly step: number;
  readonly sampleBytes: number;
}

/** Undoes differences between neighbours, in place. @param bytes in the order of this machine. */
export function addNeighbours(bytes: Uint8Array<ArrayBuffer>, { rowCount, rowSamples, step, sampleBytes }: Rows): void {
  const samples = wordsOf(bytes, sampleBytes);
  for (let row = 0; row < rowCount; row++) {
    const end = (row + 1) * rowSamples;
    if (samples instanceof BigUint64Array) {
      for (let i = row * rowSamples + step; i < end; i++) samples[i] = (samples[i] ?? 0n) + (samples[i - step] ?? 0n);
    } else {
      for (let i = row * rowSamples + step; i < end; i++) samples[i] = (samples[i] ?? 0) + (samples[i - step] ?? 0);
    }
  }
}

function wordsOf(
  bytes: Uint8Array<ArrayBuffer>,
  sampleBytes: number,
): Uint8Array | Uint16Array | Uint32Array | BigUint64Array {
  const Words = { 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array }[sampleBytes] ?? Uint8Array;
  return new Words(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / Words.BYTES_PER_ELEMENT));
}

/** Undoes what is stored of floats: all first bytes of a row, then all second ones, as differences. */
export function joinFloatBytes(
  bytes: Uint8Array,
  { rowCount, rowSamples, step, sampleBytes }: Rows,
): Uint8Array<ArrayBuffer> {
  const target = new Uint8Array(bytes.length);
  const rowBytes = rowSamples * sampleBytes;
  for (let row = 0; row < rowCount; row++) {
    const stored = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
    for (let i = step; i < stored.length; i++) stored[i] = (stored[i] ?? 0) + (stored[i - step] ?? 0);
    for (let rank = 0; rank < sampleBytes; rank++) {
      // The highest comes first, whatever the file's order is otherwise.
      const to = row * rowBytes + sampleBytes - 1 - rank;
      for (let i = 0; i < rowSamples; i++) target[to + i * sampleBytes] = stored[rank * rowSamples + i] ?? 0;
    }
  }
  return target;
}
