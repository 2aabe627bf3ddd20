import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { tag } from "../tiff/numbers.ts";
import { openTiff, readDirectory } from "../tiff/read-directory.ts";
import { bySlideReader } from "./decoder.ts";
import type { SourceFormat } from "./source-format.ts";

export const ndpi: SourceFormat & { name: "ndpi" } = {
  name: "ndpi",
  label: "Hamamatsu NDPI",
  signatures: [],
  isOwnTiff: hasHamamatsuField,
  decoder: bySlideReader("Hamamatsu NDPI", "hamamatsu"),
  readable: [{ name: "NDPI", takes: ["openslideload"] }],
};

/**
 * Whether a TIFF is one of Hamamatsu's slides, which mark themselves with a field of their own. They may be longer than
 * the 4 GiB of a classic TIFF: the places of their directories have eight bytes there, against the standard.
 */
async function hasHamamatsuField(path: string): Promise<boolean> {
  const file = await openFileSource(path);
  try {
    const bytes = new ReadAhead(file);
    const { layout, first } = await openTiff(bytes);
    if (layout.big) return false;
    const far = Number((await bytes.view(4, 8)).getBigUint64(0, layout.little));
    for (const at of new Set([far, first])) {
      const directory = await readDirectory(bytes, layout, at).catch(unlessMalformed);
      if (directory?.fields.has(tag.hamamatsu)) return true;
    }
    return false;
  } catch (error) {
    return unlessMalformed(error) ?? false;
  } finally {
    await file.close();
  }
}

/** What is odd about the file is left for its decoder to report. */
function unlessMalformed(error: unknown): null {
  if (error instanceof PyramidError) return null;
  throw error;
}
