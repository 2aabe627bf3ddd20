import type { Fingerprint } from "./fingerprint.ts";

/** An upload that was begun and not ended: enough to go on when the same file is chosen again. */
export interface RememberedUpload extends Fingerprint {
  readonly uploadId: string;
}

/** Outlives the page. */
export interface UploadMemory {
  list(): RememberedUpload[];
  remember(upload: RememberedUpload): void;
  forget(uploadId: string): void;
}

const storageKey = "tilewright.unfinished-uploads";

/** Storage that is blocked or full costs the memory, never the upload. */
export function createUploadMemory(storage: Pick<Storage, "getItem" | "setItem"> | null): UploadMemory {
  const read = (): RememberedUpload[] => {
    try {
      const stored: unknown = JSON.parse(storage?.getItem(storageKey) ?? "[]");
      return Array.isArray(stored) ? stored.filter(isRemembered) : [];
    } catch {
      return [];
    }
  };
  const write = (uploads: RememberedUpload[]): void => {
    try {
      storage?.setItem(storageKey, JSON.stringify(uploads));
    } catch {
      // See above.
    }
  };
  const without = (uploadId: string) => read().filter((upload) => upload.uploadId !== uploadId);
  return {
    list: read,
    remember: ({ uploadId, fileName, sizeBytes, lastModified }) =>
      write([...without(uploadId), { uploadId, fileName, sizeBytes, lastModified }]),
    forget: (uploadId) => write(without(uploadId)),
  };
}

function isRemembered(value: unknown): value is RememberedUpload {
  const upload = value as Partial<RememberedUpload> | null;
  return (
    typeof upload?.uploadId === "string" &&
    typeof upload.fileName === "string" &&
    typeof upload.sizeBytes === "number" &&
    typeof upload.lastModified === "number"
  );
}
