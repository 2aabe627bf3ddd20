import { join } from "node:path";
import { previewKey } from "@tilewright/core";
import { writePreview } from "@tilewright/pyramid";
import type { Attempt } from "../handlers.ts";

/**
 * Publishes a preview beside the work on the pyramid. It is a courtesy: where it fails nothing is lost but time to look,
 * and what is wrong with an image is for the pyramid's own error to say.
 *
 * @param signal aborts as soon as the pyramid is there or has failed.
 */
export async function publishPreview(attempt: Attempt, sourcePath: string, signal: AbortSignal): Promise<void> {
  const { assignment, objects, scratch, settings, limits, decoders, showPreview } = attempt;
  const path = join(scratch, "preview.tif");
  try {
    const preview = await writePreview(sourcePath, path, { settings, limits, signal, decoders });
    if (!preview) return;
    await objects.putFile(previewKey(assignment.outputPrefix), path, signal);
    // The server shows it only if the store has all of it.
    await showPreview(preview);
  } catch {
    // See above.
  }
}
