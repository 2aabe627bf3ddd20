import type { UploadOptions } from "@tilewright/client";
import type { UploadEntry } from "./entry.ts";
import { watchLine } from "./line-watch.ts";
import type { UploadPorts } from "./upload-ports.ts";

interface Watching {
  readonly options: Pick<UploadOptions, "uploadId" | "onOpen"> & { readonly signal: AbortSignal };
  readonly change: (change: Partial<Pick<UploadEntry, "phase" | "line" | "sentBytes" | "readBytes" | "pace">>) => void;
}

/** Sends a file, and tells on the way how far it is and whether anything moves at all. */
export async function sendWatched(ports: UploadPorts, file: File, { options, change }: Watching): Promise<string> {
  let isStalled = false;
  const endWatch = watchLine({
    isServerInReach: () => ports.isServerInReach(),
    tell: (isCutOff) => change({ line: isCutOff ? "CUT_OFF" : isStalled ? "STALLED" : "OPEN" }),
  });
  try {
    const { imageId } = await ports.send(file, {
      ...options,
      onComparing: (readBytes) => change({ phase: "COMPARING", readBytes }),
      // The queue has its own way of waiting, and says so meanwhile.
      onStorageFull: (refusal) => {
        throw refusal;
      },
      onProgress: ({ sentBytes, bytesPerSecond, secondsLeft, ...progress }) => {
        isStalled = progress.isStalled;
        change({ sentBytes, pace: { bytesPerSecond, secondsLeft } });
      },
    });
    return imageId;
  } finally {
    endWatch();
  }
}
