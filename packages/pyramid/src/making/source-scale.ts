import { type FileHandle, open } from "node:fs/promises";

const imageDescriptionTag = 270;
const longestDescription = 1_000_000;

/**
 * Micrometres per pixel, if the TIFF at `path` is a microscope's: Aperio's `MPP = 0.499` or OME's `PhysicalSizeX`, both
 * in the ImageDescription of the first page. Resolution tags are ignored: most are a printer's 72 or 96 per inch.
 */
export async function readMicrometresPerPixel(path: string): Promise<number | null> {
  const file = await open(path);
  try {
    const text = await readDescription(file);
    const aperio = /\bMPP\s*=\s*([0-9.]+)/.exec(text)?.[1];
    const ome = /PhysicalSizeXUnit="(?!µm)/.test(text) ? undefined : /PhysicalSizeX="([0-9.eE+-]+)"/.exec(text)?.[1];
    const value = Number(aperio ?? ome);
    return value > 0 && Number.isFinite(value) ? value : null;
  } finally {
    await file.close();
  }
}

/** Classic and BigTIFF in both byte orders. Whatever is odd about the file is for the decoder to say. */
async function readDescription(file: FileHandle): Promise<string> {
  const read = async (position: number, length: number): Promise<DataView> => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position);
    return new DataView(buffer.buffer, 0, bytesRead);
  };
  try {
    const head = await read(0, 16);
    const little = head.getUint8(0) === 0x49;
    const big = head.getUint16(2, little) === 43;
    const word = (view: DataView, at: number): number =>
      big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
    const [countBytes, entryBytes, wordBytes] = big ? [8, 20, 8] : [2, 12, 4];

    const directory = word(head, big ? 8 : 4);
    const countView = await read(directory, countBytes);
    const count = Math.min(big ? word(countView, 0) : countView.getUint16(0, little), 1_000);
    const entries = await read(directory + countBytes, count * entryBytes);
    for (let at = 0; at < entries.byteLength; at += entryBytes) {
      if (entries.getUint16(at, little) !== imageDescriptionTag) continue;
      const length = Math.min(word(entries, at + 4), longestDescription);
      const value = at + 4 + wordBytes;
      const text = length <= wordBytes ? entries : await read(word(entries, value), length);
      return Buffer.from(text.buffer, length <= wordBytes ? value : 0, Math.min(length, text.byteLength)).toString();
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return "";
}
