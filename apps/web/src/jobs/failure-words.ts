import type { JobFailure } from "@tilewright/client";

/** What happened as one statement: its kind, and of this job what the kind does not say yet. */
export function failureWords({ family, sentence, reason }: JobFailure): string {
  if (family === "user") return sentence;
  const bare = sentence.replace(/\.$/, "");
  return reason.startsWith(bare) ? reason : `${sentence} ${reason}`;
}
