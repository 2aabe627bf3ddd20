import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import { half, type Slide } from "./composed-slides.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";

export interface Packing {
  readonly deflated?: boolean;
  /** As for files beyond 4 GiB. */
  readonly zip64?: boolean;
}

/** One ZIP of files by their paths in it. */
export async function zipOf(
  files: Iterable<readonly [path: string, content: Buffer]>,
  { deflated = true, zip64 = false }: Packing = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of files) zip.addBuffer(content, path, { compress: deflated, forceZip64Format: zip64 });
  zip.end({ forceZip64Format: zip64, comment: "" });
  return buffer(zip.outputStream);
}

const imagePx = 256;
const slideId = "0123456789ABCDEF0123456789ABCDEF";

export interface MiraxFiles {
  readonly slide: Slide;
  /** By their paths, as they lie beside one another. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** As 3DHistech's scanners write them: a picture, and a folder with an index of JPEGs that lie in data files. */
export async function composeMirax(name = "slide"): Promise<MiraxFiles> {
  const seen = smoothImage(2 * imagePx, 2 * imagePx);
  const corners = [0, 1, 2, 3].map((i) => ({ left: (i % 2) * imagePx, top: (i >> 1) * imagePx }));
  const full = await Promise.all(
    corners.map((corner) => jpeg(asSharp(seen).extract({ ...corner, width: imagePx, height: imagePx }))),
  );
  const images = [...full, await jpeg(asSharp(await half(seen))), await jpeg(asSharp(smoothImage(90, 30)))];
  const places = images.map((image, i) => ({
    offset: images.slice(0, i).reduce((sum, { length }) => sum + length, 0),
    length: image.length,
  }));
  const files = new Map([
    [`${name}.mrxs`, await jpeg(asSharp(smoothImage(64, 64)))],
    [`${name}/Slidedat.ini`, Buffer.from(`\ufeff${slidedat}`)],
    [`${name}/Index.dat`, indexOf(places)],
    [`${name}/Data0000.dat`, Buffer.concat(images)],
  ]);
  const facts = {
    format: "mrxs",
    channels: 3,
    hasAlpha: false,
    micrometresPerPixel: 0.25,
    objectivePower: 20,
    associatedImages: ["macro"],
  } as const;
  return { slide: { seen, facts }, files };
}

const jpeg = (image: ReturnType<typeof asSharp>): Promise<Buffer> => image.jpeg({ quality: 95 }).toBuffer();

interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Tables of places in tables of places, each of little-endian words. */
function indexOf(places: readonly Place[]): Buffer {
  const head = Buffer.from(`01.02${slideId}`);
  const words: number[] = [0, 0];
  const at = (): number => head.length + words.length * 4;
  const add = (...values: number[]): number => {
    const place = at();
    words.push(...values);
    return place;
  };
  const inFirstFile = ({ offset, length }: Place): number[] => [offset, length, 0];
  const page = (entries: [index: number, place: Place][]): number =>
    add(entries.length, 0, ...entries.flatMap(([index, place]) => [index, ...inFirstFile(place)]));
  const [a, b, c, d, small, macro] = places as [Place, Place, Place, Place, Place, Place];
  const full = add(
    0,
    page([
      [0, a],
      [1, b],
      [2, c],
      [3, d],
    ]),
  );
  const levels = [full, add(0, page([[0, small]]))];
  words[0] = add(...levels);
  words[1] = add(add(0, add(1, 0, 0, 0, ...inFirstFile(macro))));
  return Buffer.concat([head, Buffer.from(Int32Array.from(words).buffer)]);
}

const level = (name: string, halvings: number): string => `[${name}]
OVERLAP_X = 0.0
OVERLAP_Y = 0.0
MICROMETER_PER_PIXEL_X = ${0.25 * 2 ** halvings}
MICROMETER_PER_PIXEL_Y = ${0.25 * 2 ** halvings}
IMAGE_FORMAT = JPEG
IMAGE_FILL_COLOR_BGR = 16777215
DIGITIZER_WIDTH = ${imagePx}
DIGITIZER_HEIGHT = ${imagePx}
IMAGE_CONCAT_FACTOR = ${halvings}
`;

const slidedat = `[GENERAL]
SLIDE_VERSION = 01.02
SLIDE_ID = ${slideId}
IMAGENUMBER_X = 2
IMAGENUMBER_Y = 2
OBJECTIVE_MAGNIFICATION = 20
CameraImageDivisionsPerSide = 1
[HIERARCHICAL]
INDEXFILE = Index.dat
HIER_COUNT = 1
NONHIER_COUNT = 1
HIER_0_NAME = Slide zoom level
HIER_0_COUNT = 2
HIER_0_VAL_0 = ZoomLevel_0
HIER_0_VAL_0_SECTION = LAYER_0_LEVEL_0_SECTION
HIER_0_VAL_1 = ZoomLevel_1
HIER_0_VAL_1_SECTION = LAYER_0_LEVEL_1_SECTION
NONHIER_0_NAME = Scan data layer
NONHIER_0_COUNT = 1
NONHIER_0_VAL_0 = ScanDataLayer_SlideThumbnail
NONHIER_0_VAL_0_SECTION = NONHIERLAYER_0_LEVEL_0_SECTION
[NONHIERLAYER_0_LEVEL_0_SECTION]
THUMBNAIL_IMAGE_TYPE = JPEG
[DATAFILE]
FILE_COUNT = 1
FILE_0 = Data0000.dat
${level("LAYER_0_LEVEL_0_SECTION", 0)}${level("LAYER_0_LEVEL_1_SECTION", 1)}`.replaceAll("\n", "\r\n");
