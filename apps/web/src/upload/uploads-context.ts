import { createContext, use, useSyncExternalStore } from "react";
import type { UploadEntry } from "./entry.ts";
import type { UploadQueue } from "./upload-queue.ts";

export const UploadsContext = createContext<UploadQueue | null>(null);

export function useUploadQueue(): UploadQueue {
  const queue = use(UploadsContext);
  if (!queue) throw new Error("Uploads need an UploadsContext around them.");
  return queue;
}

export function useUploads(): readonly UploadEntry[] {
  const queue = useUploadQueue();
  return useSyncExternalStore(queue.subscribe, queue.snapshot);
}

/** What was left out of the files that were handed over last. */
export function useUploadNote(): string | null {
  const queue = useUploadQueue();
  return useSyncExternalStore(queue.subscribe, queue.noted);
}
