import type { PackedSlide } from "./packed-slide.ts";

/** What a person handed over to be sent as one file. */
export type Chosen = File | PackedSlide;

/** Whether its bytes are still where they were when it was chosen. */
export async function isReadable(chosen: Chosen): Promise<boolean> {
  const files = chosen instanceof File ? [chosen] : chosen.files;
  const reads = files.map((file) => file.slice(0, 1).arrayBuffer());
  return Promise.all(reads).then(
    () => true,
    () => false,
  );
}
