import { formatBytes, formatDuration, formatSpeed, wholePercent } from "../app/amounts.ts";
import type { UploadEntry, UploadPhase } from "./entry.ts";

const phaseWords = {
  QUEUED: "Waiting for its turn",
  COMPARING: "Looking whether this file is here already",
  SENDING: "Uploading",
  WAITING: "Connection lost, trying again by itself",
  PAUSED: "Paused",
  INTERRUPTED: "Interrupted. Choose the same file again to go on.",
  CANCELLING: "Cancelling…",
  FAILED: "Upload failed",
  FINISHED: "Uploaded",
} as const satisfies Record<UploadPhase, string>;

/** Changes only with the phase: fit for a live region. */
export function uploadWords({ phase, sentBytes, sizeBytes }: UploadEntry): string {
  return phase === "SENDING" && sentBytes === sizeBytes ? "Checking that everything arrived" : phaseWords[phase];
}

export const sentPercent = ({ sentBytes, sizeBytes }: UploadEntry): number =>
  sizeBytes === 0 ? 0 : wholePercent(sentBytes / sizeBytes);

/** "1.20 GB of 19.4 GB · 48.1 MB/s · 6 min left" */
export function sentWords({ sentBytes, sizeBytes, pace, phase }: UploadEntry): string {
  const amount = `${formatBytes(sentBytes)} of ${formatBytes(sizeBytes)}`;
  if (phase !== "SENDING" || !pace?.bytesPerSecond || sentBytes === sizeBytes) return amount;
  const left = pace.secondsLeft === null ? [] : [`${formatDuration(pace.secondsLeft)} left`];
  return [amount, formatSpeed(pace.bytesPerSecond), ...left].join(" · ");
}

/** What the tray says of itself: "2 uploading, 1 waiting". */
export function traySummary(entries: readonly UploadEntry[]): string {
  const count = (...phases: UploadPhase[]) => entries.filter((entry) => phases.includes(entry.phase)).length;
  const parts = [
    [count("COMPARING", "SENDING", "CANCELLING"), "uploading"],
    [count("QUEUED", "WAITING"), "waiting"],
    [count("PAUSED"), "paused"],
    [count("INTERRUPTED"), "interrupted"],
    [count("FAILED"), "failed"],
    [count("FINISHED"), "uploaded"],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(", ");
}
