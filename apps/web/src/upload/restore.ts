import { refusalOf } from "@tilewright/client";
import { unbegun } from "./entry.ts";
import type { EntryList } from "./entry-list.ts";
import type { UploadPorts } from "./upload-ports.ts";

/** Lists what an earlier visit left unfinished and the server still waits for. */
export async function restoreUploads(
  ports: UploadPorts,
  entries: EntryList,
  dismiss: (key: string) => void,
): Promise<void> {
  const held = await ports.tabs.held();
  const unfinished = ports.memory.list().filter(({ uploadId }) => !held.has(uploadId));
  await Promise.all(
    unfinished.map(async (upload) => {
      const key = entries.add({ ...unbegun, ...upload, phase: "INTERRUPTED" });
      const state = await ports.stateOf(upload.uploadId).catch((error: unknown) => refusalOf(error)?.code);
      if (entries.find(key)?.phase !== "INTERRUPTED") return;
      if (state === "UPLOAD_NOT_FOUND" || state === "INVALID_INPUT") return dismiss(key);
      if (typeof state !== "object") return;
      if (state.status !== "OPEN") return dismiss(key);
      const sentBytes = state.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
      entries.patch(key, { sentBytes, imageId: state.imageId });
    }),
  );
}
