import type { PreviewFacts } from "./facts.ts";
import { intoFile } from "./into-file.ts";
import { completeLimits, completeSettings, type PyramidLimits, type PyramidSettings } from "./limits.ts";
import type { ReadyDecoders } from "./process/ready-decoders.ts";
import { runChild } from "./process/run-child.ts";

export interface PreviewOptions {
  readonly settings?: Partial<PyramidSettings> | undefined;
  readonly limits?: Partial<PyramidLimits> | undefined;
  /** Aborting it kills the process that does the work. */
  readonly signal?: AbortSignal | undefined;
  /** Where to take the process from; without it, one is started. */
  readonly decoders?: ReadyDecoders | undefined;
}

/**
 * Makes a small pyramid of a large image, up to 2,048 px, long before the full one can be there: from a pyramidal TIFF
 * or a slide out of one of its smaller levels, from a JPEG, a TIFF in JPEG tiles of colour or one in uncompressed rows
 * by reading an eighth of its size. It opens with `openPyramid`; its tiles are JPEG, whatever is set.
 *
 * @returns null, and no file, where a preview would not be there much sooner than the pyramid.
 * @throws PyramidError, RangeError and the signal's reason, as `writePyramid` does; never NEEDS_MORE_MEMORY.
 */
export async function writePreview(
  sourcePath: string,
  targetPath: string,
  options: PreviewOptions = {},
): Promise<PreviewFacts | null> {
  // A look at once is worth more than bytes, and JPEG is made many times faster.
  const settings = completeSettings({ ...options.settings, tileFormat: "jpeg" });
  const limits = completeLimits(options.limits);
  return intoFile(sourcePath, targetPath, options.signal, async (scratchPath) => {
    const task = { kind: "preview", sourcePath, targetPath, scratchPath, settings, limits } as const;
    return (await runChild(task, { signal: options.signal, decoders: options.decoders })).preview;
  });
}
