import type { Chosen } from "./choosing/chosen.ts";

/** What only this tab has of an upload: its bytes, the run in flight, and the holds against other tabs. */
export interface InHand {
  readonly chosen: Chosen;
  /** Ends the run in flight. */
  stop: AbortController | null;
  /** Ends the hold of the upload. */
  release: (() => void) | null;
  /** Ends the hold of the file. */
  releaseFile: (() => void) | null;
}

/** Lets other tabs have the upload and its file. */
export function letGo(upload: InHand): void {
  upload.release?.();
  upload.releaseFile?.();
  upload.release = null;
  upload.releaseFile = null;
}
