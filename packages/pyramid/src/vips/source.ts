import { mkdir, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { systemError } from "../errors.ts";
import type { ToolLimits } from "../process/run-tool.ts";
import type { SystemLoader } from "./system-vips.ts";

/** A source that the system's `vips` may see, and the only reader that may. */
export interface VipsSource {
  /** Of a plain name, as `linkForVips` makes one. */
  readonly path: string;
  readonly loader: SystemLoader;
  /** What one operation may take; of memory, what a backstop needs to know. */
  readonly limits: ToolLimits;
}

/**
 * The source by a name of ours: `vips` takes brackets in a name for options, and a dash before it as well. All
 * functions here give it names alone, and run it in their folder, whose own name may be anything. That folder holds
 * nothing else: some readers look for files beside the one that they are given.
 *
 * @returns a link within `scratchPath`. @throws PyramidError SCRATCH_FULL, INTERNAL.
 */
export async function linkForVips(sourcePath: string, scratchPath: string): Promise<string> {
  const folder = join(scratchPath, "vips");
  const path = join(folder, "source");
  // One may be left of an attempt that was killed.
  await rm(folder, { recursive: true, force: true })
    .then(() => mkdir(folder))
    .then(() => symlink(resolve(sourcePath), path))
    .catch((error: unknown) => Promise.reject(systemError(error)));
  return path;
}
