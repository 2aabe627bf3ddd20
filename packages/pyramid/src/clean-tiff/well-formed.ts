import type { ReadAhead } from "../bytes/read-ahead.ts";
import { fieldType, tag, typeBytes } from "../tiff/numbers.ts";
import type { Directory, DirectoryField } from "../tiff/read-directory.ts";

interface Form {
  readonly types: readonly number[];
  /** How many values; null for any number. */
  readonly count: number | null | "samples";
  /** Of a single value. */
  readonly range?: readonly [least: number, most: number];
}

const text: Form = { types: [fieldType.ascii], count: null };
const blob: Form = { types: [fieldType.byte, fieldType.undefined], count: null };
const integer: Form = { types: [fieldType.short, fieldType.long], count: 1 };
const short: Form = { types: [fieldType.short], count: 1 };
const from = (range: readonly [number, number]): Form => ({ ...short, range });
const shorts = (count: Form["count"]): Form => ({ types: [fieldType.short], count });
const rationals = (count: number): Form => ({ types: [fieldType.rational], count });
const doubles: Form = { types: [fieldType.double], count: null };
const places: Form = { types: [fieldType.short, fieldType.long, fieldType.long8], count: null };
const directories: Form = { types: [fieldType.long, fieldType.ifd, fieldType.long8, fieldType.ifd8], count: null };

/** Fields as good software writes them. A decoder has nothing to say about a directory of these alone. */
const forms: Record<number, Form> = {
  [tag.subfileType]: { types: [fieldType.long], count: 1 },
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
  [tag.faxOptions3]: { types: [fieldType.long], count: 1 },
  [tag.faxOptions4]: { types: [fieldType.long], count: 1 },
  [tag.predictor]: from([1, 3]),
  [tag.colourMap]: shorts(null),
  [tag.tileWidth]: integer,
  [tag.tileHeight]: integer,
  [tag.tileOffsets]: places,
  [tag.tileLengths]: places,
  [tag.subDirectories]: directories,
  [tag.extraSamples]: shorts(null),
  [tag.sampleFormat]: shorts("samples"),
  [tag.jpegTables]: { types: [fieldType.undefined], count: null },
  [tag.chromaSubsampling]: shorts(2),
  [tag.iccProfile]: blob,
  [tag.documentName]: text,
  [tag.make]: text,
  [tag.model]: text,
  [tag.pageName]: text,
  [tag.software]: text,
  [tag.dateTime]: text,
  [tag.artist]: text,
  [tag.hostComputer]: text,
  [tag.copyright]: text,
  [tag.xResolution]: rationals(1),
  [tag.yResolution]: rationals(1),
  [tag.resolutionUnit]: from([1, 3]),
  [tag.xPosition]: rationals(1),
  [tag.yPosition]: rationals(1),
  [tag.pageNumber]: shorts(2),
  [tag.whitePoint]: rationals(2),
  [tag.primaryChromaticities]: rationals(6),
  [tag.ycbcrCoefficients]: rationals(3),
  [tag.ycbcrPositioning]: short,
  [tag.referenceBlackWhite]: rationals(6),
  [tag.xmp]: blob,
  [tag.photoshop]: blob,
  [tag.exifDirectory]: { types: [fieldType.long, fieldType.ifd], count: 1 },
  [tag.gpsDirectory]: { types: [fieldType.long, fieldType.ifd], count: 1 },
  [tag.modelPixelScale]: doubles,
  [tag.modelTiepoint]: doubles,
  [tag.modelTransformation]: doubles,
  [tag.geoKeyDirectory]: shorts(null),
  [tag.geoDoubleParameters]: doubles,
  [tag.geoAsciiParameters]: text,
  [tag.gdalMetadata]: text,
  [tag.gdalNoData]: text,
  [tag.imageDepth]: integer,
};

const windowBytes = 64 * 1024;

/**
 * Whether a directory has nothing that a decoder could warn of. Where one does so, its warning can't be told from
 * damage to the pixels.
 */
export async function isWellFormed(bytes: ReadAhead, directory: Directory, samplesPerPixel: number): Promise<boolean> {
  if (!directory.isInOrder) return false;
  for (const [id, field] of directory.fields) {
    const form = forms[id];
    if (!form || !fits(field, form, samplesPerPixel) || !isWithin(bytes, field)) return false;
    if (form.range && !(await isInRange(bytes, directory, field, form.range))) return false;
    if (field.type === fieldType.ascii && !(await isText(bytes, field))) return false;
  }
  return true;
}

function fits({ type: typeOf, count }: DirectoryField, form: Form, samplesPerPixel: number): boolean {
  const wanted = form.count === "samples" ? samplesPerPixel : form.count;
  return form.types.includes(typeOf) && count > 0 && (wanted === null || count === wanted);
}

const isWithin = ({ sizeBytes }: ReadAhead, { type: typeOf, count, position }: DirectoryField): boolean =>
  position + count * (typeBytes[typeOf] ?? 1) <= sizeBytes;

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
