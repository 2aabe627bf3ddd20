import { type Fingerprint, isSameFile } from "./fingerprint.ts";
import type { UploadPorts } from "./upload-ports.ts";

const betweenLooksMs = 250;

interface FileHold {
  readonly release: () => void;
  /** Under which another tab had begun to send it meanwhile; null where none had. */
  readonly begunElsewhere: string | null;
}

/** Holds a file for this tab; where another one is sending it, once that has ended. @throws the signal's reason. */
export async function holdFile(
  { memory, tabs }: Pick<UploadPorts, "memory" | "tabs">,
  fingerprint: Fingerprint,
  signal: AbortSignal,
  onHeldElsewhere: () => void,
): Promise<FileHold> {
  let begunElsewhere: string | null = null;
  let looking: ReturnType<typeof setInterval> | undefined;
  const look = () => {
    begunElsewhere = memory.list().find((begun) => isSameFile(begun, fingerprint))?.uploadId ?? begunElsewhere;
  };
  const release = await tabs
    .holdFile(fingerprint, signal, () => {
      onHeldElsewhere();
      look();
      looking = setInterval(look, betweenLooksMs);
    })
    .finally(() => clearInterval(looking));
  if (signal.aborted) release();
  signal.throwIfAborted();
  return { release, begunElsewhere };
}
