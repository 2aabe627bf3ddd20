import type { JobEvent } from "@tilewright/client";

/** What a domain says of causes in its own words, such as of the end that it works for. */
export type EventWords = Partial<Record<JobEvent["cause"], string>>;

/** One event of a job's history as a sentence without its end. */
export function eventWords(event: JobEvent, own: EventWords = {}): string {
  return own[event.cause] ?? wordsOf(event);
}

function wordsOf({ cause, to, attempt, workerId }: JobEvent): string {
  const worker = workerId === null ? "a worker" : `worker ${workerId}`;
  switch (cause) {
    case "SUBMITTED":
      return "Put in line";
    case "RETRIED":
      return "Put in line again";
    case "FOUND_BROKEN":
      return "Found damaged; put in line to be made again";
    case "CLAIMED":
      return attempt > 1 ? `Taken by ${worker} for the ${ordinal(attempt)} attempt` : `Taken by ${worker}`;
    case "LEASE_EXPIRED":
      return to === "FAILED" ? "Given up: the worker fell silent" : "Taken back: the worker fell silent";
    case "RELEASED":
      return "Attempt failed; put in line again";
    case "HANDED_BACK":
      return "Handed back by the worker; put in line again";
    case "COMPLETED":
      return "Completed";
    case "REUSED":
      return "Already here";
    case "FAILED":
      return "Failed";
    case "CANCELLED":
      return "Cancelled";
  }
}

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const suffixes: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };
const ordinal = (n: number): string => `${n}${suffixes[ordinals.select(n)]}`;

export type EventTone = "good" | "bad" | "neutral";

const badNews: readonly JobEvent["cause"][] = ["FOUND_BROKEN", "RELEASED", "LEASE_EXPIRED"];

export function eventTone({ cause, to }: JobEvent): EventTone {
  if (to === "COMPLETED") return "good";
  if (cause === "CANCELLED") return "neutral";
  return to === "FAILED" || badNews.includes(cause) ? "bad" : "neutral";
}
