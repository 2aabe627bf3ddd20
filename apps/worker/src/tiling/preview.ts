import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { previewKey } from "@tilewright/core/tiling";
import { writePreview } from "@tilewright/pyramid";
import type { TilingAttempt } from "./attempt.ts";

/** A larger image is looked at later for the sake of its pyramid. */
const longestHeadStartMs = 1_500;
/** From here on, there is a processor for the preview that the pyramid does not want. */
const processorsForBoth = 4;

/** Waits, but not for long, until the preview is there, where the work on the pyramid would slow it down. */
export async function headStart(previewing: Promise<void>, signal: AbortSignal): Promise<void> {
  if (availableParallelism() >= processorsForBoth) return;
  const over = new AbortController();
  const bound = setTimeout(longestHeadStartMs, undefined, { signal: AbortSignal.any([signal, over.signal]) });
  await Promise.race([previewing, bound.catch(() => {})]);
  over.abort();
}

/**
 * Publishes a preview beside the work on the pyramid. It is a courtesy: where it fails nothing is lost but time to
 * look, and what is wrong with an image is for the pyramid's own error to say.
 *
 * @param signal aborts as soon as the pyramid is there or has failed.
 */
export async function publishPreview(attempt: TilingAttempt, sourcePath: string, signal: AbortSignal): Promise<void> {
  const { assignment, objects, scratch, settings, limits, decoders, showPreview } = attempt;
  const path = join(scratch, "preview.tif");
  try {
    const preview = await writePreview(sourcePath, path, { settings, limits, signal, decoders });
    if (!preview) return;
    await objects.putFile(previewKey(assignment.outputPrefix), path, { signal });
    // The server shows it only if the store has all of it.
    await showPreview(preview);
  } catch {
    // See above.
  }
}
