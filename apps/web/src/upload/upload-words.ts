import { formatBytes, formatDuration, formatSpeed, wholePercent } from "../ui/amounts.ts";
import { isPacked, type UploadEntry, type UploadPhase } from "./entry.ts";

const phaseWords = {
  QUEUED: "Waiting for its turn",
  ELSEWHERE: "Being uploaded in another tab",
  PACKING: "Reading the slide, to send it as one file",
  COMPARING: "Looking whether this file is here already",
  SENDING: "Uploading",
  WAITING: "Connection lost, trying again by itself",
  PAUSED: "Paused",
  INTERRUPTED: "Interrupted. Choose the same file again to go on.",
  CANCELLING: "Cancelling…",
  FAILED: "Upload failed",
  FINISHED: "Uploaded",
} as const satisfies Record<UploadPhase, string>;

const lineWords = {
  STALLED: "Nothing gets through at the moment. It goes on by itself.",
  CUT_OFF: "No connection: the server does not answer. It goes on by itself as soon as it does.",
} as const;

/** Changes only with the phase and the line: fit for a live region. */
export function uploadWords({ phase, sentBytes, sizeBytes, line, fileName }: UploadEntry): string {
  if (phase === "INTERRUPTED" && isPacked(fileName))
    return "Interrupted. Drop the .mrxs file and its folder again to go on.";
  if (phase !== "SENDING") return phaseWords[phase];
  if (line === "CUT_OFF") return lineWords.CUT_OFF;
  if (sentBytes === sizeBytes) return "Checking that everything arrived";
  return line === "STALLED" ? lineWords.STALLED : phaseWords[phase];
}

const isReading = ({ phase }: UploadEntry): boolean => phase === "PACKING" || phase === "COMPARING";

/** Of what is being done: reading the file, or sending it. */
export function donePercent(entry: UploadEntry): number {
  const doneBytes = isReading(entry) ? entry.readBytes : entry.sentBytes;
  return entry.sizeBytes === 0 ? 0 : wholePercent(doneBytes / entry.sizeBytes);
}

/** "1.20 GB of 19.4 GB · 48.1 MB/s · 6 min left" */
export function sentWords(entry: UploadEntry): string {
  const { sentBytes, readBytes, sizeBytes, pace, phase, line } = entry;
  if (isReading(entry)) return `${formatBytes(readBytes)} of ${formatBytes(sizeBytes)} read`;
  const amount = `${formatBytes(sentBytes)} of ${formatBytes(sizeBytes)}`;
  if (phase !== "SENDING" || line !== "OPEN" || !pace?.bytesPerSecond || sentBytes === sizeBytes) return amount;
  // What is left takes some time, however little it is.
  const left = pace.secondsLeft === null ? [] : [`${formatDuration(Math.max(1, pace.secondsLeft))} left`];
  return [amount, formatSpeed(pace.bytesPerSecond), ...left].join(" · ");
}

/** What the tray says of itself: "2 uploading, 1 waiting". */
export function traySummary(entries: readonly UploadEntry[]): string {
  const count = (...phases: UploadPhase[]) => entries.filter((entry) => phases.includes(entry.phase)).length;
  const parts = [
    [count("PACKING", "COMPARING", "SENDING", "CANCELLING"), "uploading"],
    [count("QUEUED", "WAITING"), "waiting"],
    [count("ELSEWHERE"), "in another tab"],
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
