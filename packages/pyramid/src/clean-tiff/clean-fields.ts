import type { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { chromaOf } from "../jpeg/frame.ts";
import { compression, fieldType, photometric, planarConfiguration, predictor, tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { pieceRows } from "../tiff/pieces.ts";
import { isNumeric, readBytes, readNumbers } from "../tiff/read-directory.ts";
import { coloursOf } from "../tiff/shown-channels.ts";
import { type Field, field } from "../tiff/write-directory.ts";

/** Where the strips or tiles of a clean TIFF are. */
export interface Places {
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
}

const mostValues = 3 * 65_536;
/** A profile says so at this place. */
const profileSignature = { text: "acsp", at: 36 };

/**
 * The fields that a decoder needs to make a picture of a page, in forms that leave it nothing to warn of.
 *
 * @param plane one channel of several that are stored by themselves, without the profile of all.
 */
export async function cleanFields(
  bytes: ReadAhead,
  page: TiffPage,
  { offsets, lengths }: Places,
  plane?: number,
): Promise<Field[]> {
  const { directory, tile } = page;
  const { little } = directory;
  const samples = plane === undefined ? page.samplesPerPixel : 1;
  const isGrey = page.photometric <= photometric.blackIsZero;
  const kind = plane === undefined || (plane === 0 && isGrey) ? page.photometric : photometric.blackIsZero;
  const extras = plane === undefined ? extraSamples(page) : [];
  const [offsetsId, lengthsId] = tile ? [tag.tileOffsets, tag.tileLengths] : [tag.stripOffsets, tag.stripLengths];
  const shorts = (id: number, values: readonly number[]): Field => field(id, fieldType.short, values, little);
  const longs = (id: number, ...values: number[]): Field => field(id, fieldType.long, values, little);
  const fields = [
    longs(tag.width, page.widthPx),
    longs(tag.height, page.heightPx),
    shorts(tag.bitsPerSample, Array(samples).fill(page.bitsPerSample)),
    shorts(tag.compression, [page.compression]),
    shorts(tag.photometric, [kind]),
    shorts(tag.fillOrder, [page.isBitReversed ? 2 : 1]),
    shorts(tag.orientation, [page.orientation]),
    shorts(tag.samplesPerPixel, [samples]),
    shorts(tag.planarConfiguration, [
      plane === undefined && page.isPlanar ? planarConfiguration.planar : planarConfiguration.chunky,
    ]),
    shorts(tag.sampleFormat, Array(samples).fill(page.sampleFormat)),
    field(offsetsId, fieldType.long8, offsets, little),
    field(lengthsId, fieldType.long8, lengths, little),
    ...(tile
      ? [longs(tag.tileWidth, tile.widthPx), longs(tag.tileHeight, tile.heightPx)]
      : [longs(tag.rowsPerStrip, pieceRows(page))]),
    ...(page.predictor > predictor.none ? [shorts(tag.predictor, [page.predictor])] : []),
    ...(extras.length > 0 ? [shorts(tag.extraSamples, extras)] : []),
    ...(kind === photometric.ycbcr ? [shorts(tag.chromaSubsampling, chroma(page))] : []),
    ...(await copied(bytes, page, tag.faxOptions3, fieldType.long)),
    ...(await copied(bytes, page, tag.faxOptions4, fieldType.long)),
    ...(await copied(bytes, page, tag.colourMap, fieldType.short)),
    ...(await copied(bytes, page, tag.lercParameters, fieldType.long)),
    ...(page.compression === compression.jpeg ? await blob(bytes, page, tag.jpegTables) : []),
    ...(plane === undefined && page.iccProfile ? await profile(bytes, page) : []),
  ];
  return fields.toSorted((a, b) => a.id - b.id);
}

/** One for each channel that is no colour. */
function extraSamples({ photometric: kind, samplesPerPixel, extraSamples: stated }: TiffPage): number[] {
  const count = Math.max(0, samplesPerPixel - (coloursOf[kind] ?? samplesPerPixel));
  return Array.from({ length: count }, (_, i) => stated[i] ?? 0);
}

const chroma = ({ jpegFrame, statedChroma }: TiffPage): number[] => [
  ...((jpegFrame && chromaOf(jpegFrame)) ?? statedChroma),
];

async function copied(bytes: ReadAhead, { directory }: TiffPage, id: number, typeOf: number): Promise<Field[]> {
  const { count = 0, type: stated = 0 } = directory.fields.get(id) ?? {};
  if (count < 1 || count > mostValues || !isNumeric(stated)) return [];
  return [field(id, typeOf, await readNumbers(bytes, directory, id, count), directory.little)];
}

async function blob(bytes: ReadAhead, { directory }: TiffPage, id: number): Promise<Field[]> {
  const values = await bytesOf(bytes, { directory }, id);
  return values ? [field(id, fieldType.undefined, values)] : [];
}

/** The page's colour profile as a field; none if what stands there is none. */
export async function profile(bytes: ReadAhead, page: Pick<TiffPage, "directory">): Promise<Field[]> {
  const values = await bytesOf(bytes, page, tag.iccProfile);
  const { text, at } = profileSignature;
  const isProfile = values && Buffer.from(values.subarray(at, at + text.length)).toString("latin1") === text;
  return isProfile ? [field(tag.iccProfile, fieldType.undefined, values)] : [];
}

async function bytesOf(
  bytes: ReadAhead,
  { directory }: Pick<TiffPage, "directory">,
  id: number,
): Promise<Uint8Array | null> {
  try {
    return directory.fields.has(id) ? await readBytes(bytes, directory, id) : null;
  } catch (error) {
    if (error instanceof PyramidError) return null;
    throw error;
  }
}
