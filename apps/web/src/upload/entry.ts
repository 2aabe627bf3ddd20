import type { UploadProgress } from "@tilewright/client";

/**
 * Where an upload stands in this tab, and what a person may do about it there. ELSEWHERE: another tab of this browser
 * is sending the file. PACKING: the files of a slide are read, to be sent as one. COMPARING: being read through, since
 * the server may have the file already. WAITING: the server is out of reach or full, it goes on by itself. INTERRUPTED:
 * begun before the page was loaded; only the person can hand the file over again.
 */
export const actionsByPhase = {
  QUEUED: ["pause", "cancel"],
  ELSEWHERE: ["dismiss"],
  PACKING: ["pause", "cancel"],
  COMPARING: ["pause", "cancel"],
  SENDING: ["pause", "cancel"],
  WAITING: ["retry", "pause", "cancel"],
  PAUSED: ["resume", "cancel"],
  INTERRUPTED: ["chooseAgain", "cancel"],
  CANCELLING: [],
  FAILED: ["retry", "cancel"],
  FINISHED: ["dismiss"],
} as const satisfies Record<string, readonly string[]>;

export type UploadPhase = keyof typeof actionsByPhase;
export type UploadAction = (typeof actionsByPhase)[UploadPhase][number];

/** What a retry would do: go on where it stopped, begin anew, or nothing that helps. */
export type RetryKind = "RESUME" | "RESTART" | "NEVER";

export interface UploadEntry {
  /** Names the row in this tab only. */
  readonly key: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly lastModified: number;
  readonly phase: UploadPhase;
  readonly sentBytes: number;
  /** While it is PACKING or COMPARING. */
  readonly readBytes: number;
  /** STALLED: nothing moves although the server is there. CUT_OFF: the server is out of reach; it goes on by itself. */
  readonly line: "OPEN" | "STALLED" | "CUT_OFF";
  readonly pace: Pick<UploadProgress, "bytesPerSecond" | "secondsLeft"> | null;
  /** What went wrong last, in one sentence. */
  readonly problem: string | null;
  readonly retry: RetryKind;
  /** Known from the moment at which the server opened the upload. */
  readonly uploadId: string | null;
  readonly imageId: string | null;
}

/** A row of which nothing has been sent. */
export const unbegun = {
  phase: "QUEUED",
  sentBytes: 0,
  readBytes: 0,
  line: "OPEN",
  pace: null,
  problem: null,
  retry: "RESUME",
  uploadId: null,
  imageId: null,
} as const;

/** Whether several files were packed into it, by its name: also of one that an earlier visit began. */
export const isPacked = (fileName: string): boolean => fileName.endsWith(".mrxs.zip");

/** A failed upload that left nothing at the server is dismissed, not cancelled. */
export function actionsFor({ phase, uploadId, retry, fileName }: UploadEntry): readonly UploadAction[] {
  // It is no file that could be chosen: it is dropped again, as two.
  if (phase === "INTERRUPTED" && isPacked(fileName)) return ["cancel"];
  if (phase !== "FAILED") return actionsByPhase[phase];
  const end: UploadAction = uploadId === null ? "dismiss" : "cancel";
  return retry === "NEVER" ? [end] : ["retry", end];
}

/** True while leaving the page would stop bytes from being sent, or forget a file that was never begun. */
export const wouldBeLost = ({ phase, uploadId }: UploadEntry): boolean =>
  phase === "QUEUED" ||
  phase === "PACKING" ||
  phase === "COMPARING" ||
  phase === "SENDING" ||
  phase === "WAITING" ||
  (phase === "PAUSED" && uploadId === null);
