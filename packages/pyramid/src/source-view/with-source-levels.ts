import { openFileSource } from "../bytes/byte-source.ts";
import type { PreviewFacts } from "../facts.ts";
import { openSourceView } from "./open-source-view.ts";

/** A preview's facts, with the levels of the image where the source itself can be shown from where the preview ends. */
export async function withSourceLevels(preview: PreviewFacts, sourcePath: string): Promise<PreviewFacts> {
  const file = await openFileSource(sourcePath);
  try {
    const view = await openSourceView(file, preview.tileSizePx);
    const isSeamless = view !== null && view.coarsestLevel <= preview.levelCount;
    return isSeamless ? { ...preview, imageLevelCount: view.levelCount } : preview;
  } finally {
    await file.close();
  }
}
