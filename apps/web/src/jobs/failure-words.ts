import type { TilingStatus } from "@tilewright/client";

/** What happened as one statement: its kind, and of this image what the kind does not say yet. */
export function failureWords({ family, sentence, reason }: NonNullable<TilingStatus["failure"]>): string {
  if (family === "user") return sentence;
  const bare = sentence.replace(/\.$/, "");
  return reason.startsWith(bare) ? reason : `${sentence} ${reason}`;
}
