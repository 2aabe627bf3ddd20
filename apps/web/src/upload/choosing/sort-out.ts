import type { Chosen } from "./chosen.ts";
import { isNoImage } from "./no-image.ts";
import { PackedSlide } from "./packed-slide.ts";

/** What was dropped or chosen at once, told apart. */
export interface SortedOut {
  readonly uploads: readonly Chosen[];
  /** Names of what is no image. */
  readonly leftOut: readonly string[];
}

/** A MIRAX slide's index: a folder that holds one is the second half of a slide. */
const indexName = "Slidedat.ini";
const ending = /\.mrxs$/i;

/**
 * Finds the slides that consist of a file and a folder of the same name, and packs each into one. Texts and what
 * systems and scanners put beside images is left out.
 */
export async function sortOut(files: readonly File[]): Promise<SortedOut> {
  const inFolders = Map.groupBy(files, (file) => folderOf(pathOf(file)));
  const packed = new Set<File>();
  const uploads: Chosen[] = [];
  for (const file of files.filter(({ name }) => ending.test(name))) {
    const stem = file.name.replace(ending, "");
    const parts = inFolders.get(`${folderOf(pathOf(file))}${stem}/`) ?? [];
    if (!parts.some(({ name }) => name === indexName)) continue;
    const sorted = parts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const entries = sorted.map((part) => ({ path: `${stem}/${part.name}`, file: part }));
    uploads.push(new PackedSlide(`${stem}.mrxs.zip`, [{ path: `${stem}.mrxs`, file }, ...entries]));
    for (const each of [file, ...parts]) packed.add(each);
  }
  const others = files.filter((file) => !packed.has(file));
  const areNone = await Promise.all(others.map(isNoImage));
  return {
    uploads: [...uploads, ...others.filter((_, index) => !areNone[index])],
    leftOut: others.filter((_, index) => areNone[index]).map(({ name }) => name),
  };
}

/** Where the file lies in what was dropped: `folder/name`, as far as the browser says it. */
function pathOf(file: File & { readonly path?: string }): string {
  return (file.webkitRelativePath || file.path || file.name).replace(/^(?:\.?\/)+/, "");
}

/** With its slash at the end; empty at the top. */
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
