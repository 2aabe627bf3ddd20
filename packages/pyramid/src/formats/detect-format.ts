import { withFileBytes } from "../bytes/file-bytes.ts";
import { PyramidError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import { readTiff, type TiffContents } from "../tiff/pages.ts";
import { allFormats, formats } from "./formats.ts";
import { type Source, type SourceFormat, unsupported } from "./source-format.ts";

const longestSignatureBytes = 16;
const noTiff: TiffContents = { pages: [], first: null, endsWell: true };

/**
 * Tells what a file is, by all of its signature and by what must follow that: the one place that does, before any
 * decoder has seen it. Whatever else lies further in, nobody looks for. Of a TIFF, its directories tell whose it is.
 *
 * @throws PyramidError EMPTY_FILE, UNSUPPORTED_FORMAT, CORRUPT_IMAGE.
 */
export async function detectFormat(path: string): Promise<Source> {
  const { format, stated } = await formatBySignature(path);
  if (format !== formats.tiff) return { path, format, stated, contents: noTiff };
  const contents = await readTiff(path);
  for (const own of allFormats) {
    if (await own.isOwnTiff?.(path, contents)) return { path, format: own, stated, contents: noTiff };
  }
  return { path, format, stated, contents };
}

/** A maker's own kind of TIFF is a TIFF. @throws PyramidError as detectFormat. */
export const formatBySignature = (path: string): Promise<{ format: SourceFormat; stated: Size | null }> =>
  withFileBytes(path, async (file) => {
    if (file.sizeBytes === 0) throw new PyramidError("EMPTY_FILE", "The file is empty.");
    const head = await file.bytes(0, longestSignatureBytes);
    const signature = allFormats.flatMap(({ signatures }) => signatures).find(({ begins }) => begins(head));
    if (!signature) throw unsupported(`The file is not an image in a supported format; supported are ${supported()}.`);
    const { format, stated } = await signature.tell(file);
    return { format: formats[format], stated };
  });

function supported(): string {
  const kinds = allFormats.flatMap(({ readable }) => readable).filter(({ isVariant }) => !isVariant);
  return new Intl.ListFormat("en-GB").format(kinds.map(({ name }) => name));
}
