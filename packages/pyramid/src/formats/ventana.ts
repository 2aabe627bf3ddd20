import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/pages.ts";
import { openTiff, readBytes, readDirectory } from "../tiff/read-directory.ts";

/**
 * Whether a TIFF is one of Ventana's slides (BIF): its first picture is a label or the whole glass, its levels say which they
 * are, and their tiles overlap by what is said in XML only.
 */
export async function isVentanaBif(path: string, pages: readonly TiffPage[]): Promise<boolean> {
  return pages.some(({ description }) => isLevel(description)) || (await mentionsScanner(path));
}

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
