import { mkdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Entry } from "yauzl";
import { PyramidError, systemError } from "../../errors.ts";
import { withZip } from "./open-zip.ts";
import { parseMiraxIndex, requirePlausible } from "./slidedat.ts";

interface MiraxSlide {
  readonly file: Entry;
  /** Of its folder, by their names in it. */
  readonly parts: ReadonlyMap<string, Entry>;
  readonly index: Entry;
}

/** A slide has some hundred data files. */
const mostEntries = 10_000;
/** A slide's images are compressed already, and its tables to a tenth; what is empty in them to a thousandth. */
const mostRatio = 100;
/** Of so little, nobody asks how well it was packed. */
const smallBytes = 16 * 2 ** 20;
const indexName = "Slidedat.ini";
/** As much of it as the slide reader takes. */
const longestIndexBytes = 2 ** 20;
/** What macOS puts into a ZIP beside what it was told to. */
const aside = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$)/;

/**
 * Unpacks a MIRAX slide, a file and a folder of the same name, that was put into one ZIP.
 *
 * @param reserveBytes what is to be left free on the disk.
 * @returns the file that a slide reader opens, within `scratchPath`.
 * @throws PyramidError UNSUPPORTED_FORMAT the ZIP holds something else, CORRUPT_IMAGE, SCRATCH_FULL, INTERNAL.
 */
export function unpackMirax(zipPath: string, scratchPath: string, reserveBytes: number): Promise<string> {
  return withZip(zipPath, mostEntries, async ({ entries, sizeBytes, extract }) => {
    const { parts, index } = findSlide(entries);
    refuseBomb([...parts.values()], sizeBytes);
    await requireRoom([...parts.values()], scratchPath, reserveBytes);
    // The names are ours: nothing that a ZIP says becomes a path but the plain names within the folder.
    const beside = join(scratchPath, "vips");
    const [path, folder] = [join(beside, "slide.mrxs"), join(beside, "slide")];
    await rm(beside, { recursive: true, force: true })
      .then(() => mkdir(folder, { recursive: true }))
      // A slide reader wants no more of this file than its name; whatever is in it, no other reader shall see.
      .then(() => writeFile(path, ""))
      .catch((error: unknown) => Promise.reject(systemError(error)));
    await extract(index, join(folder, indexName));
    const text = await readFile(join(folder, indexName), "latin1");
    requireOwnFiles(text, parts);
    requirePlausible(parseMiraxIndex(text));
    for (const [name, entry] of parts) if (entry !== index) await extract(entry, join(folder, name));
    return path;
  });
}

/** @throws PyramidError UNSUPPORTED_FORMAT it is not exactly one slide. */
function findSlide(entries: readonly Entry[]): MiraxSlide {
  const files = entries.filter(({ fileName }) => !fileName.endsWith("/") && !aside.test(fileName));
  const slides = files.filter(({ fileName }) => fileName.endsWith(".mrxs"));
  const [file] = slides;
  if (!file) throw notASlide("The file is a ZIP without a MIRAX slide");
  if (slides.length > 1) throw notASlide("The ZIP holds several MIRAX slides");
  const folder = `${file.fileName.slice(0, -".mrxs".length)}/`;
  const parts = new Map<string, Entry>();
  for (const entry of files) {
    if (entry === file) continue;
    const name = entry.fileName.slice(folder.length);
    if (!entry.fileName.startsWith(folder) || name.includes("/"))
      throw notASlide("The ZIP holds more than a MIRAX slide");
    if (parts.has(name)) throw notASlide("The ZIP holds two files of the same name");
    parts.set(name, entry);
  }
  const index = parts.get(indexName);
  if (!index || index.uncompressedSize > longestIndexBytes)
    throw notASlide("The folder of the MIRAX slide is not in the ZIP");
  if (!files.every(isPlain)) throw notASlide("The ZIP holds links, or is encrypted or packed in an uncommon way");
  return { file, parts, index };
}

function notASlide(what: string): PyramidError {
  const remedy = "put the .mrxs file and the folder of the same name into one ZIP, and nothing else";
  return new PyramidError("UNSUPPORTED_FORMAT", `${what}: ${remedy}.`);
}

const [typeMask, regularFile] = [0o170_000, 0o100_000];

/** A file, not encrypted, stored or deflated. The upper half of the attributes is of Unix, or empty. */
function isPlain(entry: Entry): boolean {
  const kind = (entry.externalFileAttributes >>> 16) & typeMask;
  return [0, regularFile].includes(kind) && entry.canDecodeFileData();
}

/** @throws PyramidError CORRUPT_IMAGE little is to become much: one file, all of them, or the same bytes as several. */
function refuseBomb(entries: readonly Entry[], zipBytes: number): void {
  const sizes = entries.map(({ compressedSize, uncompressedSize }) => [compressedSize, uncompressedSize] as const);
  const all = sizes.reduce(([packed, whole], [a, b]) => [packed + a, whole + b] as const, [0, 0]);
  const worst = [...sizes, all].find(([packed, whole]) => whole > smallBytes && whole > mostRatio * packed);
  if (!worst && all[0] <= zipBytes) return;
  const [packed, whole] = worst ?? [zipBytes, all[0]];
  throw new PyramidError(
    "CORRUPT_IMAGE",
    `The ZIP is no slide: in it, ${packed.toLocaleString("en")} bytes are to become ${whole.toLocaleString("en")}.`,
  );
}

async function requireRoom(entries: readonly Entry[], scratchPath: string, reserveBytes: number): Promise<void> {
  const neededBytes = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  const { bavail, bsize } = await statfs(scratchPath);
  const freeBytes = Math.max(0, bavail * bsize - reserveBytes);
  if (neededBytes <= freeBytes) return;
  const [needed, free] = [neededBytes, freeBytes].map((bytes) => Math.ceil(bytes / 2 ** 20).toLocaleString("en"));
  throw new PyramidError(
    "SCRATCH_FULL",
    `The slide takes ${needed} MiB unpacked, and the disk has ${free} MiB to spare.`,
  );
}

/**
 * A slide reader opens whatever file the index names, wherever it lies. Every line counts, whichever section it is in.
 *
 * @throws PyramidError CORRUPT_IMAGE a file that the ZIP did not hold.
 */
function requireOwnFiles(text: string, parts: MiraxSlide["parts"]): void {
  const isOwn = text.split("\n").every((line) => {
    const name = namedIn(line);
    return name === null || parts.has(name);
  });
  if (isOwn && !text.includes("\0")) return;
  throw new PyramidError("CORRUPT_IMAGE", "The MIRAX slide names a file that is not in its folder.");
}

function namedIn(line: string): string | null {
  const at = line.indexOf("=");
  if (at < 0) return null;
  const key = line.slice(0, at).trim();
  return /^(?:INDEXFILE|FILE_\d+)(?:\[.*)?$/i.test(key) ? line.slice(at + 1).trim() : null;
}
