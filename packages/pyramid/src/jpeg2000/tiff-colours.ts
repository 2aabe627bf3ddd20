import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { compression, tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { readNumbers } from "../tiff/read-directory.ts";

const mostTiles = 4_000_000;
const headBytes = 512;

/**
 * libvips takes the tiles of every TIFF compressed by JPEG 2000 for brightness and differences of colour, as it writes
 * them itself under a number that others write RGB under. Aperio's own slides are for the slide reader.
 *
 * @throws PyramidError UNSUPPORTED_FORMAT colours that it would show wrong.
 */
export async function refuseOtherJpeg2000(path: string, page: TiffPage): Promise<void> {
  const { compression: method, samplesPerPixel, description } = page;
  if (samplesPerPixel < 3 || method === compression.aperioJpeg2000Ycbcr || description.startsWith("Aperio")) return;
  if (method === compression.jpeg2000 && (await isByLibvips(path, page))) return;
  throw new PyramidError(
    "UNSUPPORTED_FORMAT",
    "The TIFF stores red, green and blue compressed by JPEG 2000, which its reader takes for other colours; save it with LZW, deflate or JPEG.",
  );
}

/** Its tiles are made by OpenJPEG, which signs them. */
async function isByLibvips(path: string, { directory }: TiffPage): Promise<boolean> {
  const file = await openFileSource(path);
  try {
    const count = directory.fields.get(tag.tileOffsets)?.count ?? 0;
    if (count < 1 || count > mostTiles) return false;
    const [offset = 0] = await readNumbers(new ReadAhead(file), directory, tag.tileOffsets, count);
    const head = await file.read(offset, Math.max(0, Math.min(headBytes, file.sizeBytes - offset)));
    return Buffer.from(head).includes("Created by OpenJPEG");
  } catch (error) {
    if (error instanceof PyramidError) return false;
    throw error;
  } finally {
    await file.close();
  }
}
