/** What the samples of an image are. */
export interface SampleKind {
  readonly samples: "unsigned" | "signed" | "float";
  readonly bits: number;
}

export type Samples = Readonly<ArrayLike<number>>;

/** Floats of these bits are read, and whole numbers of up to 32 and of 64. */
export const floatBits = [16, 24, 32, 64];

export const isWholeBytes = ({ bits }: SampleKind): boolean => bits % 8 === 0;

type View = new (buffer: ArrayBuffer, byteOffset: number, length: number) => Samples;
const views: Readonly<Record<string, View>> = {
  "unsigned 8": Uint8Array,
  "unsigned 16": Uint16Array,
  "unsigned 32": Uint32Array,
  "signed 8": Int8Array,
  "signed 16": Int16Array,
  "signed 32": Int32Array,
  "float 32": Float32Array,
  "float 64": Float64Array,
};

/** @param bytes of whole-byte samples, little-endian, from an address that is a multiple of eight. */
export function numbersIn(bytes: Uint8Array<ArrayBuffer>, { samples, bits }: SampleKind): Samples {
  const { buffer, byteOffset, length } = bytes;
  const count = Math.floor((8 * length) / bits);
  const Plain = views[`${samples} ${bits}`];
  if (Plain) return new Plain(buffer, byteOffset, count);
  if (samples === "float")
    return bits === 16 ? halfFloats(new Uint16Array(buffer, byteOffset, count)) : floats24(bytes);
  if (bits === 64) {
    const Long = samples === "signed" ? BigInt64Array : BigUint64Array;
    return Float64Array.from(new Long(buffer, byteOffset, count), Number);
  }
  const view = Buffer.from(buffer, byteOffset, length);
  const read = samples === "signed" ? view.readIntLE.bind(view) : view.readUIntLE.bind(view);
  return Float64Array.from({ length: count }, (_, i) => read((i * bits) / 8, bits / 8));
}

/** Samples whose rows begin with a byte each, and that lie within them from the highest bit down. */
export function unpackRows(
  bytes: Uint8Array,
  rowCount: number,
  rowSamples: number,
  { samples, bits }: SampleKind,
): Samples {
  const target = new Float64Array(rowCount * rowSamples);
  const rowBytes = Math.ceil((rowSamples * bits) / 8);
  const [size, half] = [2 ** bits, samples === "signed" ? 2 ** (bits - 1) : Number.POSITIVE_INFINITY];
  for (let row = 0; row < rowCount; row++) {
    let [held, heldBits, at] = [0, 0, row * rowBytes];
    for (let i = 0; i < rowSamples; i++) {
      for (; heldBits < bits; heldBits += 8) held = held * 256 + (bytes[at++] ?? 0);
      heldBits -= bits;
      const rest = 2 ** heldBits;
      const value = Math.floor(held / rest) % size;
      held %= rest;
      target[row * rowSamples + i] = value >= half ? value - size : value;
    }
  }
  return target;
}

/** An exponent of 5 bits and a fraction of 10. */
function halfFloats(stored: Uint16Array): Float32Array {
  halfFloatTable ??= Float32Array.from({ length: 65_536 }, (_, i) => floatOf(i, 5, 10));
  const table = halfFloatTable;
  return Float32Array.from(stored, (i) => table[i] ?? 0);
}
let halfFloatTable: Float32Array | null = null;

/** An exponent of 7 bits and a fraction of 16. */
function floats24(bytes: Uint8Array): Float32Array {
  return Float32Array.from({ length: Math.floor(bytes.length / 3) }, (_, i) => {
    const at = 3 * i;
    return floatOf((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16), 7, 16);
  });
}

/** As IEEE 754 has it, of any size. */
function floatOf(stored: number, exponentBits: number, fractionBits: number): number {
  const most = 2 ** exponentBits - 1;
  const bias = 2 ** (exponentBits - 1) - 1;
  const exponent = (stored >> fractionBits) & most;
  const fraction = (stored & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  const sign = (stored >> (exponentBits + fractionBits)) & 1 ? -1 : 1;
  if (exponent === most) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}
