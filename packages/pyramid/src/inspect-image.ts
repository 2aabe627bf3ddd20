import type { ImageFacts } from "./facts.ts";
import { completeLimits, type PyramidLimits } from "./limits.ts";
import { runChild } from "./process/run-child.ts";

export interface InspectOptions {
  readonly limits?: Partial<PyramidLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads an image's header, in a process of its own, and refuses what `writePyramid` would refuse before it starts.
 *
 * @throws PyramidError any code but INVALID_PYRAMID and SCRATCH_FULL. @throws the signal's reason, if it was aborted.
 */
export async function inspectImage(sourcePath: string, options: InspectOptions = {}): Promise<ImageFacts> {
  const limits = completeLimits(options.limits);
  const { image } = await runChild({ kind: "inspect", sourcePath, limits }, { signal: options.signal });
  return image;
}
