import type { UploadQueue } from "../upload-queue.ts";
import { leftOutWords } from "./left-out-words.ts";
import { sortOut } from "./sort-out.ts";

/** Uploads what is an image of what was dropped or chosen at once, and says what is not. */
export async function takeFiles(queue: UploadQueue, files: readonly File[]): Promise<void> {
  const { uploads, leftOut } = await sortOut(files);
  queue.note(leftOutWords(leftOut));
  queue.add(uploads);
}
