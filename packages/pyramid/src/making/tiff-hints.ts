import { type FileHandle, open } from "node:fs/promises";

/** What a TIFF's first directory says and sharp does not pass on. */
export interface TiffHints {
  /** Height of the source's own tiles; null if it is stored in strips. */
  readonly tileHeightPx: number | null;
  /** TIFF's number for how the pixels are compressed. */
  readonly compression: number;
  /** Hamamatsu marks its slides with a tag of its own. */
  readonly isNdpi: boolean;
  /** The ImageDescription, where microscopes write; empty if there is none. */
  readonly description: string;
}

const compressionTag = 259;
const ndpiTag = 65_420;
const descriptionTag = 270;
const tileHeightTag = 323;
const shortType = 3;
const longestDescription = 1_000_000;
const mostEntries = 1_000;

/** Classic and BigTIFF in both byte orders. Whatever is odd about the file is left for the decoder to report. */
export async function readTiffHints(path: string): Promise<TiffHints> {
  const hints = { tileHeightPx: null as number | null, compression: 1, isNdpi: false, description: "" };
  const file = await open(path);
  try {
    const head = await view(file, 0, 16);
    const little = head.getUint8(0) === 0x49;
    const big = head.getUint16(2, little) === 43;
    const word = (from: DataView, at: number): number =>
      big ? Number(from.getBigUint64(at, little)) : from.getUint32(at, little);
    const [countBytes, entryBytes, wordBytes] = big ? [8, 20, 8] : [2, 12, 4];

    const directory = word(head, big ? 8 : 4);
    const counted = await view(file, directory, countBytes);
    const count = Math.min(big ? word(counted, 0) : counted.getUint16(0, little), mostEntries);
    const entries = await view(file, directory + countBytes, count * entryBytes);
    for (let at = 0; at < entries.byteLength; at += entryBytes) {
      const tag = entries.getUint16(at, little);
      const valueAt = at + 4 + wordBytes;
      if (tag === tileHeightTag) {
        const isShort = entries.getUint16(at + 2, little) === shortType;
        hints.tileHeightPx = isShort ? entries.getUint16(valueAt, little) : entries.getUint32(valueAt, little);
      } else if (tag === compressionTag) {
        hints.compression = entries.getUint16(valueAt, little);
      } else if (tag === ndpiTag) {
        hints.isNdpi = true;
      } else if (tag === descriptionTag && word(entries, at + 4) > wordBytes) {
        const text = await view(file, word(entries, valueAt), Math.min(word(entries, at + 4), longestDescription));
        hints.description = Buffer.from(text.buffer, 0, text.byteLength).toString();
      }
    }
  } catch (error) {
    // Numbers that lead out of the file.
    if (!(error instanceof RangeError)) throw error;
  } finally {
    await file.close();
  }
  return hints;
}

/** Aperio writes `MPP = 0.499`, OME `PhysicalSizeX`. Resolution tags are ignored: most are a printer's 72 or 96. */
export function micrometresPerPixel({ description }: TiffHints): number | null {
  const aperio = /\bMPP\s*=\s*([0-9.]+)/.exec(description)?.[1];
  const omeUnit = /PhysicalSizeXUnit="([^"]+)"/.exec(description)?.[1] ?? "µm";
  const ome = omeUnit === "µm" ? /PhysicalSizeX="([0-9.eE+-]+)"/.exec(description)?.[1] : undefined;
  const value = Number(aperio ?? ome);
  return value > 0 && Number.isFinite(value) ? value : null;
}

/** Aperio writes `AppMag = 20`, OME `NominalMagnification`. */
export function objectivePower({ description }: TiffHints): number | null {
  const value = Number(
    /\bAppMag\s*=\s*([0-9.]+)|NominalMagnification="([0-9.]+)"/.exec(description)?.slice(1).find(Boolean),
  );
  return value > 0 && Number.isFinite(value) ? value : null;
}

/** Leica's slides begin with an overview picture, and say in XML where the slide itself is. */
export const isLeicaScn = ({ description }: TiffHints): boolean => description.includes("leica-microsystems.com/scn");

async function view(file: FileHandle, position: number, length: number): Promise<DataView> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position);
  return new DataView(buffer.buffer, 0, bytesRead);
}
