import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { compression, extraSample, photometric, predictor, sampleFormat, tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { readBytes, readNumbers } from "../tiff/read-directory.ts";
import { isReadHere } from "./decompress.ts";
import { floatBits, type SampleKind } from "./numbers.ts";

const predicted: readonly number[] = [
  ...[compression.lzw, compression.deflate, compression.oldDeflate, compression.zstandard],
];
/** By TIFF's numbers, from 1 on. */
const sampleKinds = ["unsigned", "signed", "float"] as const;
const { whiteIsZero, blackIsZero, rgb, cieLab, iccLab } = photometric;
const shownColours: readonly number[] = [whiteIsZero, blackIsZero, rgb, cieLab, iccLab];

/** What the first picture of a TIFF is whose samples are read here, and not by a library. */
export interface SampleTiff extends SampleKind {
  readonly page: TiffPage;
  /** Channels that are shown. */
  readonly colours: 1 | 3;
  readonly lab: "cie" | "icc" | null;
  readonly whiteIsLeast: boolean;
  /** Which channel says how opaque a pixel is, and whether the others are multiplied by it. */
  readonly opacity: { readonly channel: number; readonly isAssociated: boolean } | null;
  /** The value of samples that are missing, as GDAL writes it. */
  readonly noData: number | null;
  readonly predictor: number;
}

/** Null for any other TIFF: one of colours in usual samples, of which none is missing. */
export async function readSampleTiff(path: string, page: TiffPage): Promise<SampleTiff | null> {
  const kind = kindOf(page);
  if (!kind || !hasSampleColours(page)) return null;
  const more = await readMore(path, page);
  const tiff = { ...kind, page, ...more, ...coloursOf(page) };
  return isForUs(tiff) ? tiff : null;
}

/** Whether its samples are what other readers refuse or get wrong. Those of a lossy compression are never missing. */
function isForUs({ samples, bits, lab, noData, whiteIsLeast, page }: SampleTiff): boolean {
  if (isUnusual(page) || lab) return true;
  const isOdd = noData !== null || (whiteIsLeast && bits > 8) || isInZstandardPlanes(page);
  return isReadHere(page.compression) && samples === "unsigned" && bits >= 8 && isOdd;
}

/**
 * Tiles of one channel each, which the system's `vips` does not put together, in a compression that sharp does not
 * know.
 */
const isInZstandardPlanes = ({ isPlanar, tile, compression: method }: TiffPage): boolean =>
  isPlanar && tile !== null && method === compression.zstandard;

/** Whether its colours are grey, RGB or CIE Lab. */
export const hasSampleColours = (page: TiffPage): boolean => shownColours.includes(page.photometric);

/** Whether its samples are of a kind that is always read here. */
export function isUnusual(page: TiffPage): boolean {
  const { sampleFormat: kind, bitsPerSample, samplesPerPixel, photometric: colours } = page;
  if (colours === cieLab || colours === iccLab) return true;
  if (kind === sampleFormat.signed || kind === sampleFormat.float || bitsPerSample > 16) return true;
  return ![1, 2, 4, 8, 16].includes(bitsPerSample) || (bitsPerSample < 8 && samplesPerPixel > 1);
}

/** Why its unusual samples can't be read, as the end of a sentence about the TIFF; null if they can. */
export function unreadSamples(page: TiffPage): string | null {
  const { bitsPerSample: bits, samplesPerPixel } = page;
  const kind = kindOf(page);
  if (!kind) {
    const isFloat = page.sampleFormat === sampleFormat.float;
    return isFloat
      ? `stores floating-point samples of ${bits} bits; supported are 16, 24, 32 and 64: save it with 32 bits`
      : `stores samples of ${bits} bits; supported are up to 32, and 64: save it with 8 or 16 bits`;
  }
  if (!hasSampleColours(page)) {
    return `has ${samplesPerPixel} channels of ${bits} bits that are neither grey nor RGB; save it with 8 bits`;
  }
  if (isReadHere(page.compression) || isReadByVips(kind, page)) return null;
  return `stores ${bits}-bit samples of this kind in a compression that they can't be read from; save it with LZW, deflate or no compression`;
}

/** Where the system's `vips` has to decompress them, it also has to know them. */
function isReadByVips({ samples, bits }: SampleKind, page: TiffPage): boolean {
  const isPlain = page.photometric === blackIsZero || page.photometric === rgb;
  return isPlain && (samples === "float" ? [32, 64] : [8, 16, 32]).includes(bits);
}

function kindOf({ sampleFormat: stated, bitsPerSample: bits }: TiffPage): SampleKind | null {
  const samples = sampleKinds[Math.max(stated, 1) - 1];
  if (!samples) return null;
  const isKnown = samples === "float" ? floatBits.includes(bits) : (bits >= 1 && bits <= 32) || bits === 64;
  return isKnown ? { samples, bits } : null;
}

function coloursOf(page: TiffPage): Pick<SampleTiff, "colours" | "lab" | "whiteIsLeast"> {
  const lab = page.photometric === cieLab ? "cie" : page.photometric === iccLab ? "icc" : null;
  const colours = page.photometric === rgb || (lab && page.samplesPerPixel >= 3) ? 3 : 1;
  return { colours, lab, whiteIsLeast: page.photometric === whiteIsZero };
}

async function readMore(path: string, page: TiffPage): Promise<Pick<SampleTiff, "noData" | "opacity" | "predictor">> {
  const { directory } = page;
  const file = await openFileSource(path);
  try {
    const bytes = new ReadAhead(file);
    const numbers = async (id: number): Promise<number[]> => {
      const count = directory.fields.get(id)?.count ?? 0;
      return count > 0 && count < 1_000 ? [...(await readNumbers(bytes, directory, id, count).catch(() => []))] : [];
    };
    const text = directory.fields.has(tag.gdalNoData)
      ? Buffer.from(await readBytes(bytes, directory, tag.gdalNoData).catch(() => new Uint8Array(0))).toString("latin1")
      : "";
    const extras = await numbers(tag.extraSamples);
    const at = extras.findIndex(
      (each) => each === extraSample.associatedAlpha || each === extraSample.unassociatedAlpha,
    );
    return {
      noData: numberIn(text),
      opacity:
        at < 0
          ? null
          : {
              channel: page.samplesPerPixel - extras.length + at,
              isAssociated: extras[at] === extraSample.associatedAlpha,
            },
      predictor: predictorOf(page, (await numbers(tag.predictor))[0]),
    };
  } finally {
    await file.close();
  }
}

/** Compressions that don't have a predictor ignore what is said of one. */
function predictorOf(
  { compression: method, bitsPerSample, sampleFormat: kind }: TiffPage,
  stated: number = predictor.none,
): number {
  if (stated === predictor.none || !predicted.includes(method)) return predictor.none;
  const isFloat = stated === predictor.float && kind === sampleFormat.float;
  const isHorizontal = stated === predictor.horizontal && [8, 16, 32, 64].includes(bitsPerSample);
  if (isFloat || isHorizontal) return stated;
  const what = `a predictor of kind ${stated} for samples of ${bitsPerSample} bits`;
  throw new PyramidError("UNSUPPORTED_FORMAT", `The TIFF uses ${what}; save it without compression or predictor.`);
}

/** "nan" as well. Null if there is none. */
function numberIn(text: string): number | null {
  const [word = ""] = text.replaceAll("\0", " ").slice(0, 100).trim().split(" ");
  if (/^[-+]?nan$/i.test(word)) return Number.NaN;
  if (/^[-+]?inf/i.test(word)) return word.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return word === "" || Number.isNaN(Number(word)) ? null : Number(word);
}

/** The ICC profile, as it is stored. */
export async function profileOf(path: string, { directory }: TiffPage): Promise<Uint8Array | undefined> {
  if (!directory.fields.has(tag.iccProfile)) return undefined;
  const file = await openFileSource(path);
  try {
    return await readBytes(new ReadAhead(file), directory, tag.iccProfile).catch(() => undefined);
  } finally {
    await file.close();
  }
}
