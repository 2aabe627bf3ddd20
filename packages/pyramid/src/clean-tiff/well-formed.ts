import type { ReadAhead } from "../bytes/read-ahead.ts";
import { type Directory, type DirectoryField, tag } from "../tiff/read-directory.ts";

const type = {
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  undefined: 7,
  double: 12,
  ifd: 13,
  long8: 16,
  ifd8: 18,
};
const widths: Record<number, number> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 },
};

interface Form {
  readonly types: readonly number[];
  /** How many values; null for any number. */
  readonly count: number | null | "samples";
  /** Of a single value. */
  readonly range?: readonly [least: number, most: number];
}

const text: Form = { types: [type.ascii], count: null };
const blob: Form = { types: [type.byte, type.undefined], count: null };
const integer: Form = { types: [type.short, type.long], count: 1 };
const short: Form = { types: [type.short], count: 1 };
const from = (range: readonly [number, number]): Form => ({ ...short, range });
const shorts = (count: Form["count"]): Form => ({ types: [type.short], count });
const rationals = (count: number): Form => ({ types: [type.rational], count });
const doubles: Form = { types: [type.double], count: null };
const places: Form = { types: [type.short, type.long, type.long8], count: null };
const directories: Form = { types: [type.long, type.ifd, type.long8, type.ifd8], count: null };

/** Fields as good software writes them. A decoder has nothing to say about a directory of these alone. */
const forms: Record<number, Form> = {
  [tag.subfileType]: { types: [type.long], count: 1 },
  [tag.width]: integer,
  [tag.height]: integer,
  [tag.bitsPerSample]: shorts("samples"),
  [tag.compression]: short,
  [tag.photometric]: short,
  [tag.fillOrder]: from([1, 2]),
  [tag.description]: text,
  [tag.stripOffsets]: places,
  [tag.orientation]: from([1, 8]),
  [tag.samplesPerPixel]: short,
  [tag.rowsPerStrip]: integer,
  [tag.stripLengths]: places,
  [tag.planarConfiguration]: from([1, 2]),
  [tag.faxOptions3]: { types: [type.long], count: 1 },
  [tag.faxOptions4]: { types: [type.long], count: 1 },
  [tag.predictor]: from([1, 3]),
  [tag.colourMap]: shorts(null),
  [tag.tileWidth]: integer,
  [tag.tileHeight]: integer,
  [tag.tileOffsets]: places,
  [tag.tileLengths]: places,
  [tag.subDirectories]: directories,
  [tag.extraSamples]: shorts(null),
  [tag.sampleFormat]: shorts("samples"),
  [tag.jpegTables]: { types: [type.undefined], count: null },
  [tag.chromaSubsampling]: shorts(2),
  [tag.iccProfile]: blob,
  // Document, maker, model, page, software, date, artist, computer, copyright.
  ...Object.fromEntries([269, 271, 272, 285, 305, 306, 315, 316, 33_432].map((id) => [id, text])),
  // Resolution across and down, its unit, and positions.
  ...{ 282: rationals(1), 283: rationals(1), 296: from([1, 3]), 286: rationals(1), 287: rationals(1) },
  // Number of the page, white point, primary colours, YCbCr's coefficients, position and range.
  ...{ 297: shorts(2), 318: rationals(2), 319: rationals(6), 529: rationals(3), 531: short, 532: rationals(6) },
  // XMP, Photoshop, EXIF and GPS.
  ...{
    700: blob,
    34377: blob,
    34665: { types: [type.long, type.ifd], count: 1 },
    34853: { types: [type.long, type.ifd], count: 1 },
  },
  // GeoTIFF and GDAL.
  ...{
    33550: doubles,
    33922: doubles,
    34264: doubles,
    34735: shorts(null),
    34736: doubles,
    34737: text,
    42112: text,
  },
  [tag.noData]: text,
  // Depth, as Aperio writes it.
  32997: integer,
};

const windowBytes = 64 * 1024;

/**
 * Whether a directory has nothing that a decoder could warn of. Where one does so, its warning can't be told from damage
 * to the pixels.
 */
export async function isTidy(bytes: ReadAhead, directory: Directory, samplesPerPixel: number): Promise<boolean> {
  if (!directory.isInOrder) return false;
  for (const [id, field] of directory.fields) {
    const form = forms[id];
    if (!form || !fits(field, form, samplesPerPixel) || !isWithin(bytes, field)) return false;
    if (form.range && !(await isInRange(bytes, directory, field, form.range))) return false;
    if (field.type === type.ascii && !(await isText(bytes, field))) return false;
  }
  return true;
}

function fits({ type: typeOf, count }: DirectoryField, form: Form, samplesPerPixel: number): boolean {
  const wanted = form.count === "samples" ? samplesPerPixel : form.count;
  return form.types.includes(typeOf) && count > 0 && (wanted === null || count === wanted);
}

const isWithin = ({ sizeBytes }: ReadAhead, { type: typeOf, count, position }: DirectoryField): boolean =>
  position + count * (widths[typeOf] ?? 1) <= sizeBytes;

async function isInRange(
  bytes: ReadAhead,
  { little }: Directory,
  { position }: DirectoryField,
  [least, most]: readonly [number, number],
): Promise<boolean> {
  const value = (await bytes.view(position, 2)).getUint16(0, little);
  return value >= least && value <= most;
}

/** Whether it ends with NUL, and has none before. */
async function isText(bytes: ReadAhead, { position, count }: DirectoryField): Promise<boolean> {
  for (let at = 0; at < count; at += windowBytes) {
    const length = Math.min(windowBytes, count - at);
    const view = await bytes.view(position + at, length);
    const nul = new Uint8Array(view.buffer, view.byteOffset, length).indexOf(0);
    const isLast = at + length === count;
    if (nul !== (isLast ? length - 1 : -1)) return false;
  }
  return true;
}
