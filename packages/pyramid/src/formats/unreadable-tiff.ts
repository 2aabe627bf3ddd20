import { PyramidError } from "../errors.ts";
import { isReadHere } from "../samples/decompress.ts";
import { hasSampleColours, isUnusual, unreadSamples } from "../samples/sample-tiff.ts";
import { compression, photometric, sampleFormat, tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";

/** Channels that colours take which are shown here. */
const channelsOf: Record<number, number> = {
  [photometric.whiteIsZero]: 1,
  [photometric.blackIsZero]: 1,
  [photometric.rgb]: 3,
  [photometric.palette]: 1,
  [photometric.cmyk]: 4,
  [photometric.ycbcr]: 3,
  [photometric.cieLab]: 3,
  [photometric.iccLab]: 3,
};
const otherColours: Record<number, string> = {
  [photometric.transparencyMask]: "a mask",
  [photometric.ituLab]: "ITU Lab",
  [photometric.colourFilterArray]: "the raw mosaic of a camera",
  [photometric.logL]: "LogL",
  [photometric.logLuv]: "LogLuv",
  [photometric.linearRaw]: "the linear raw of a camera",
};

const jpegChannels = [1, 3, 4];
const builtInCompressions: readonly number[] = [
  ...[compression.none, compression.ccitt, compression.ccittGroup3, compression.ccittGroup4, compression.ccittWord],
  ...[compression.lzw, compression.jpeg, compression.deflate, compression.oldDeflate, compression.packBits],
  ...[compression.next, compression.thunderScan],
];
const jpeg2000Compressions: readonly number[] = [
  ...[compression.aperioJpeg2000Ycbcr, compression.jpeg2000, compression.aperioJpeg2000Rgb],
];
/** The system's `vips` knows them, sharp's own does not. */
export const vipsCompressions: readonly number[] = [
  ...jpeg2000Compressions,
  ...[compression.lerc, compression.zstandard, compression.webp],
];
const otherCompressions: Record<number, string> = {
  [compression.oldJpeg]: "JPEG of the old kind",
  [compression.jbig]: "JBIG",
  [compression.otherJpeg2000]: "JPEG 2000 of a kind that its readers do not share",
  [compression.lzma]: "LZMA",
  [compression.jpegXl]: "JPEG XL",
};

/** As an item of the list of what is refused. */
export const unreadableKinds = `a TIFF whose directory says that no decoder here shows it ([how](adr/0064-a-tiff-is-refused-by-its-directory.md)):
  of other colours than grey, RGB, CMYK, YCbCr, palettes and CIE Lab, such as a camera's mosaic, of colours that it
  doesn't name, of YCbCr in full resolution unless as JPEG; of an extra channel that it says nothing of, of channels of
  different kinds; of complex numbers, of floating-point numbers that have not 16, 24, 32 or 64 bits, of whole ones with
  33 to 63 or more than 64; of CIE Lab, of samples of other than 1, 2, 4, 8 or 16 bits and of several with less than 8
  unless without compression or with LZW, deflate, PackBits or Zstandard; compressed by JPEG of the old kind, JBIG, LZMA,
  JPEG XL or a method unknown here, or by JPEG 2000 in strips or, unless by Aperio's scanners or libvips, in RGB; in JPEG
  of two channels or of more than four; in YCbCr with each channel by itself; in tiles that hold one channel each, of what
  \`vips\` alone decodes; with tiles left out that are compressed by JPEG 2000, WebP or LERC`;

export const isJpeg2000 = (page: TiffPage): boolean => jpeg2000Compressions.includes(page.compression);

/**
 * Refuses a TIFF that no decoder here makes a picture of, by what its directory says. Decoders report the same as
 * damage, and much of it half-way only.
 *
 * @throws PyramidError UNSUPPORTED_FORMAT, with what to do about it.
 */
export function refuseUnreadableTiff(page: TiffPage): void {
  const reason = unreadableColours(page) ?? unreadableSamples(page) ?? unreadableLayout(page);
  if (reason) throw new PyramidError("UNSUPPORTED_FORMAT", `The TIFF ${reason}.`);
}

function unreadableSamples(page: TiffPage): string | null {
  const { sampleFormat: kind } = page;
  if (!page.isUniform) return "has channels of different kinds; save it with 8 or 16 bits in each";
  if (kind > sampleFormat.complexFloat) return `stores samples of an unknown kind, ${kind}; save it with 8 or 16 bits`;
  if (kind === sampleFormat.complexInteger || kind === sampleFormat.complexFloat) {
    return "stores complex numbers; save what is to be seen of them as real ones of 32 bits";
  }
  if (!isUnusual(page)) return null;
  return unreadSamples(page);
}

/** Of a channel that nobody has named it can't be told whether it is transparency: better no picture. */
function unreadableColours(page: TiffPage): string | null {
  const { photometric: kind, samplesPerPixel, directory } = page;
  if (!directory.fields.has(tag.photometric)) return "doesn't say how its colours are stored; save it as grey or RGB";
  const coloured = channelsOf[kind];
  if (!coloured) {
    const name = otherColours[kind] ?? `kind ${kind}`;
    return `stores its colours as ${name}; supported are grey, RGB, CMYK, YCbCr and palettes: save it as RGB`;
  }
  // libvips takes these for red, green and blue.
  if (kind === photometric.ycbcr && !page.isSubsampled && page.compression !== compression.jpeg && !isJpeg2000(page)) {
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
  const { compression: method, isPlanar, tile, samplesPerPixel } = page;
  const isYcbcr = page.photometric === photometric.ycbcr;
  if (![...builtInCompressions, ...vipsCompressions].includes(method)) {
    const name = otherCompressions[method] ?? `method ${method}`;
    return `is compressed by ${name}; save it with LZW, deflate or JPEG`;
  }
  if (isJpeg2000(page) && !tile) return "has strips compressed by JPEG 2000; save it in tiles, or with LZW";
  if (isPlanar && isYcbcr) {
    return "stores its colours as YCbCr with each channel by itself; save it as RGB";
  }
  const isJpegKnown = jpegChannels.includes(samplesPerPixel) && !(samplesPerPixel === 4 && isYcbcr);
  if (method === compression.jpeg && !isPlanar && !isJpegKnown) {
    return `has JPEG of ${channels(samplesPerPixel)}; save it with LZW or deflate, or as grey or RGB`;
  }
  // The system's `vips` reads strips that hold one channel each, but not tiles.
  const isByVips = vipsCompressions.includes(method) && !(hasSampleColours(page) && isReadHere(method));
  if (isPlanar && tile && isByVips) {
    return "has tiles that hold one channel each, of samples or a compression for which that is not supported; save it with all channels of a pixel together, or in strips";
  }
  return null;
}
