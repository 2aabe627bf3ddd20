import type { QualityParameters } from "./kind.ts";
import { completeParameters } from "./kind.ts";
import { type ChildLimits, runChild } from "./process/run-child.ts";
import type { QualityAnswer } from "./quality-answer.ts";

export interface QualityOptions {
  /** A pyramid object as a file. */
  readonly pyramidPath: string;
  /** An existing directory that the layers' files are written into. */
  readonly outputDirectory: string;
  readonly parameters?: Partial<QualityParameters> | undefined;
  /** Width of a pixel of the full image on the object; without it there is no area. */
  readonly micrometresPerPixel?: number | null | undefined;
  readonly limits?: Partial<ChildLimits> | undefined;
  /** Aborting it kills the process that does the work. */
  readonly signal?: AbortSignal | undefined;
  /** How much of the work is done, 0 to 1. Never goes back. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

const defaultLimits: ChildLimits = { memoryBytes: 512 * 2 ** 20, timeoutMs: null };

/**
 * Judges the technical quality of the image in a pyramid, in a process of its own, with as many threads as there are
 * processors. The same pyramid and parameters give the same answer and the same bytes.
 *
 * When it rejects, files may be left in the output directory: it is the caller's to remove.
 *
 * @throws PyramidError INVALID_PYRAMID, CORRUPT_IMAGE, OUT_OF_MEMORY, TIMED_OUT, SCRATCH_FULL, INTERNAL.
 * @throws z.ZodError a parameter is out of range. @throws the signal's reason; whatever `onProgress` throws.
 */
export async function analyseQuality(options: QualityOptions): Promise<QualityAnswer> {
  const { pyramidPath, outputDirectory, micrometresPerPixel = null, signal, onProgress } = options;
  const parameters = completeParameters(options.parameters);
  let furthest = 0;
  return runChild(
    { pyramidPath, outputDirectory, parameters, micrometresPerPixel },
    {
      limits: { ...defaultLimits, ...options.limits },
      signal,
      onProgress: (fraction) => {
        // Threads tell in any order.
        if (fraction > furthest) onProgress?.(fraction);
        furthest = Math.max(furthest, fraction);
      },
    },
  );
}
