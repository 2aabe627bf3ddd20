import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { tag } from "../tiff/numbers.ts";
import { openTiff, readBytes, readDirectory } from "../tiff/read-directory.ts";
import { bySlideReader } from "./decoder.ts";
import type { SourceFormat } from "./source-format.ts";

/**
 * Of Ventana's slides (BIF) the first picture is a label or the whole glass, the levels say which they are, and their
 * tiles overlap by what is said in XML only.
 */
export const bif: SourceFormat & { name: "bif" } = {
  name: "bif",
  label: "Ventana BIF",
  signatures: [],
  isOwnTiff: async (path, { pages }) =>
    pages.some(({ description }) => isLevel(description)) || (await mentionsScanner(path)),
  decoder: bySlideReader("Ventana BIF", "ventana"),
  readable: [{ name: "BIF", takes: ["openslideload"] }],
  // Whole kinds of them are not opened, and nothing in the file tells which.
  unopened:
    "The Ventana BIF is of a kind that its reader does not open: save it as a TIFF with Ventana's own software.",
  refuses: ["a Ventana BIF that OpenSlide does not open"],
};

/** Such as `level=0 mag=40 quality=95`. */
const isLevel = (description: string): boolean => /^level=\d{1,3} mag=/.test(description);

async function mentionsScanner(path: string): Promise<boolean> {
  const file = await openFileSource(path);
  try {
    const bytes = new ReadAhead(file);
    const { layout, first } = await openTiff(bytes);
    const directory = await readDirectory(bytes, layout, first);
    if (!directory.fields.has(tag.xmp)) return false;
    return Buffer.from(await readBytes(bytes, directory, tag.xmp)).includes("<iScan");
  } catch (error) {
    // What is odd about it is left for its decoder to report.
    if (error instanceof PyramidError) return false;
    throw error;
  } finally {
    await file.close();
  }
}
