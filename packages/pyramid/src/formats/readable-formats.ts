import { hasOpenJpeg } from "../jpeg2000/open-jpeg.ts";
import { findSystemVips } from "../vips/system-vips.ts";
import type { ReadableKind } from "./source-format.ts";

export interface ReadableFormats {
  readonly readable: readonly string[];
  /**
   * What `writePyramid` would read if the system's `vips` command had the decoder, or OpenJPEG's program were there.
   */
  readonly missing: readonly string[];
}

/** The formats that `writePyramid` reads on this machine: some take a command of the system. */
export async function readableFormats(): Promise<ReadableFormats> {
  // Most programs that write or read pyramids never ask, and formats bring along all that reads them.
  const { allFormats } = await import("./formats.ts");
  const { loader } = await findSystemVips().catch(() => ({ loader: () => null }));
  const hasOpj = await hasOpenJpeg();
  const isThere = (needed: ReadableKind["takes"][number]): boolean =>
    needed === "opj_decompress" ? hasOpj : loader(needed) !== null;
  const kinds = allFormats.flatMap(({ readable }) => readable);
  // What is built in comes first.
  const inOrder = kinds.toSorted((a, b) => Math.min(1, a.takes.length) - Math.min(1, b.takes.length));
  const names = (isReadable: boolean): string[] =>
    inOrder.filter(({ takes }) => takes.every(isThere) === isReadable).map(({ name }) => name);
  return { readable: names(true), missing: names(false) };
}
