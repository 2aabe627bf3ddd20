import type { UploadEntry } from "./entry.ts";
import type { EntryList } from "./entry-list.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { InHand } from "./in-hand.ts";
import { holdFile } from "./other-tab.ts";
import { sendWatched } from "./send-watched.ts";
import type { UploadPorts } from "./upload-ports.ts";

/** One run of one row. */
interface UploadRun {
  readonly key: string;
  readonly upload: InHand;
  /** Aborts when the run is paused or given up. */
  readonly signal: AbortSignal;
  readonly entries: EntryList;
  readonly ports: UploadPorts;
  /** Another tab has the file in hand: this run takes up no place meanwhile. */
  readonly onElsewhere: () => void;
  readonly onOpen: (opened: { readonly uploadId: string; readonly imageId: string }) => void;
}

/**
 * Takes a file to the server: out of another tab's hand, packed where it is several, sent.
 *
 * @returns the image's id. @throws what sending threw, or the signal's reason.
 */
export async function runUpload(run: UploadRun): Promise<string> {
  const sentElsewhere = await takeFromOtherTab(run);
  if (sentElsewhere !== null) return sentElsewhere;
  const file = await fileOf(run);
  return sendWatched(run.ports, file, {
    change: (change) => tell(run, change),
    options: {
      uploadId: run.entries.find(run.key)?.uploadId ?? undefined,
      signal: run.signal,
      onOpen: ({ uploadId, imageId }) => {
        run.onOpen({ uploadId, imageId });
        tell(run, { phase: "SENDING" });
      },
    },
  });
}

/** What another tab had in hand until now is gone on with here, or has ended there: then it is that image. */
async function takeFromOtherTab({ key, upload, signal, entries, ports, onElsewhere }: UploadRun) {
  if (upload.releaseFile) return null;
  const { release, begunElsewhere } = await holdFile(ports, fingerprintOf(upload.chosen), signal, () => {
    entries.patch(key, { phase: "ELSEWHERE" });
    onElsewhere();
  });
  upload.releaseFile = release;
  if (begunElsewhere === null) return null;
  entries.patch(key, { phase: "SENDING" });
  const state = await ports.stateOf(begunElsewhere).catch(() => null);
  signal.throwIfAborted();
  if (state?.status === "OPEN") entries.patch(key, { uploadId: state.uploadId, imageId: state.imageId });
  return state?.status === "COMPLETED" ? state.imageId : null;
}

async function fileOf(run: UploadRun): Promise<File> {
  const { chosen } = run.upload;
  if (chosen instanceof File) return chosen;
  run.entries.patch(run.key, { phase: "PACKING", readBytes: 0 });
  const file = await chosen.pack(run.signal, (readBytes) => tell(run, { readBytes }));
  tell(run, { phase: "SENDING" });
  return file;
}

/** A run that has been ended says nothing any more. */
function tell({ key, signal, entries }: UploadRun, change: Partial<Omit<UploadEntry, "key">>): void {
  if (!signal.aborted) entries.patch(key, change);
}
