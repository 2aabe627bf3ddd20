import { PyramidError } from "../errors.ts";
import { isReadHere } from "../samples/decompress.ts";
import { hasSampleColours, isUnusual, unreadSamples } from "../samples/sample-tiff.ts";
import type { TiffPage } from "../tiff/pages.ts";
import { tag } from "../tiff/read-directory.ts";

/** TIFF's numbers for how colours are stored, and how many channels they take: grey, RGB, palette, CMYK, YCbCr. */
const colours: Record<number, number> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3, 9: 3 };
const ycbcr = 6;
const otherColours: Record<number, string> = {
  4: "a mask",
  10: "ITU Lab",
  32803: "the raw mosaic of a camera",
  32844: "LogL",
  32845: "LogLuv",
  34892: "the linear raw of a camera",
};

const jpeg = 7;
const jpegChannels = [1, 3, 4];
/** None, CCITT in four forms, LZW, JPEG, deflate by two numbers, PackBits, NeXT, ThunderScan. */
const builtInCompressions = [1, 2, 3, 4, 32_771, 5, jpeg, 8, 32_946, 32_773, 32_766, 32_809];
/** As Aperio's scanners write it, and as libvips does. */
const jpeg2000Compressions = [33_003, 33_005, 33_004];
/** JPEG 2000, LERC, Zstandard, WebP: the system's `vips` knows them, sharp's own does not. */
export const foreignCompressions = [...jpeg2000Compressions, 34_887, 50_000, 50_001];
const otherCompressions: Record<number, string> = {
  6: "JPEG of the old kind",
  34661: "JBIG",
  34712: "JPEG 2000 of a kind that its readers do not share",
  34925: "LZMA",
  50002: "JPEG XL",
};

const sampleFormat = { complex: [5, 6] } as const;

export const isJpeg2000 = ({ compression }: TiffPage): boolean => jpeg2000Compressions.includes(compression);

/**
 * Refuses a TIFF that no decoder here makes a picture of, by what its directory says. Decoders report the same as damage,
 * and much of it half-way only.
 *
 * @throws PyramidError UNSUPPORTED_FORMAT, with what to do about it.
 */
export function refuseUnreadableTiff(page: TiffPage): void {
  const reason = unreadableColours(page) ?? unreadableSamples(page) ?? unreadableLayout(page);
  if (reason) throw new PyramidError("UNSUPPORTED_FORMAT", `The TIFF ${reason}.`);
}

function unreadableSamples(page: TiffPage): string | null {
  const { sampleFormat: format } = page;
  if (!page.isUniform) return "has channels of different kinds; save it with 8 or 16 bits in each";
  if (format > 6) return `stores samples of an unknown kind, ${format}; save it with 8 or 16 bits`;
  if (sampleFormat.complex.some((each) => each === format)) {
    return "stores complex numbers; save what is to be seen of them as real ones of 32 bits";
  }
  if (!isUnusual(page)) return null;
  return unreadSamples(page);
}

/** Of a channel that nobody has named it can't be told whether it is transparency: better no picture. */
function unreadableColours(page: TiffPage): string | null {
  const { photometric, samplesPerPixel, directory } = page;
  if (!directory.fields.has(tag.photometric)) return "doesn't say how its colours are stored; save it as grey or RGB";
  const coloured = colours[photometric];
  if (!coloured) {
    const name = otherColours[photometric] ?? `kind ${photometric}`;
    return `stores its colours as ${name}; supported are grey, RGB, CMYK, YCbCr and palettes: save it as RGB`;
  }
  // libvips takes these for red, green and blue.
  if (photometric === ycbcr && !page.isSubsampled && page.compression !== jpeg && !isJpeg2000(page)) {
    return "stores its colours as YCbCr in full resolution, and not as JPEG; save it as RGB";
  }
  const others = samplesPerPixel - coloured;
  if (others < 0) {
    return `has ${channels(samplesPerPixel)} where its colours take ${coloured}; save it as grey or RGB`;
  }
  if (others > page.extraSamples.length) {
    return `has ${channels(samplesPerPixel)} and doesn't say what the last of them is; save it without, or with transparency that is marked as such`;
  }
  return null;
}

const channels = (count: number): string => (count === 1 ? "1 channel" : `${count} channels`);

function unreadableLayout(page: TiffPage): string | null {
  const { compression, isPlanar, tile, samplesPerPixel, photometric } = page;
  if (![...builtInCompressions, ...foreignCompressions].includes(compression)) {
    const name = otherCompressions[compression] ?? `method ${compression}`;
    return `is compressed by ${name}; save it with LZW, deflate or JPEG`;
  }
  if (isJpeg2000(page) && !tile) return "has strips compressed by JPEG 2000; save it in tiles, or with LZW";
  if (isPlanar && photometric === ycbcr) {
    return "stores its colours as YCbCr with each channel by itself; save it as RGB";
  }
  const isJpegKnown = jpegChannels.includes(samplesPerPixel) && !(samplesPerPixel === 4 && photometric === ycbcr);
  if (compression === jpeg && !isPlanar && !isJpegKnown) {
    return `has JPEG of ${channels(samplesPerPixel)}; save it with LZW or deflate, or as grey or RGB`;
  }
  // The system's `vips` reads strips that hold one channel each, but not tiles.
  const isForeign = foreignCompressions.includes(compression) && !(hasSampleColours(page) && isReadHere(compression));
  if (isPlanar && tile && isForeign) {
    return "has tiles that hold one channel each, of samples or a compression for which that is not supported; save it with all channels of a pixel together, or in strips";
  }
  return null;
}
