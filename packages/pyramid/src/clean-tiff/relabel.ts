import { open } from "node:fs/promises";
import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { pagesIn } from "../tiff/pages.ts";
import { damaged, readPieces } from "../tiff/pieces.ts";
import { appendDirectory, type Field, firstLink } from "../tiff/write-directory.ts";
import { cleanFields } from "./clean-fields.ts";

/**
 * Gives a BigTIFF of one page another directory for the same pixels.
 *
 * @param profile a field with the colour profile, if there is one.
 */
export async function relabel(path: string, as: Partial<TiffPage>, profile: readonly Field[]): Promise<void> {
  const fields = await relabelled(path, as);
  const file = await open(path, "r+");
  try {
    const all = [...fields.filter(({ id }) => id !== tag.iccProfile), ...profile];
    await appendDirectory(
      file,
      all.toSorted((a, b) => a.id - b.id),
      firstLink,
    );
  } finally {
    await file.close();
  }
}

async function relabelled(path: string, as: Partial<TiffPage>): Promise<Field[]> {
  const source = await openFileSource(path);
  try {
    const [page] = await pagesIn(source);
    if (!page) throw damaged("a copy of it can't be read");
    return await cleanFields(new ReadAhead(source), { ...page, ...as }, await readPieces(source, page));
  } finally {
    await source.close();
  }
}
