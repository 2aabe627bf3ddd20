import { Text } from "@mantine/core";
import type { JobFailure } from "@tilewright/client";
import { failureWords } from "./failure-words.ts";

interface FailureNoteProps {
  readonly failure: JobFailure;
}

/** What happened, in one statement, and what to do about it. */
export function FailureNote({ failure }: FailureNoteProps) {
  return (
    <div>
      <Text size="sm" fw={550} style={{ overflowWrap: "anywhere" }}>
        {failureWords(failure)}
      </Text>
      <Text size="sm" c="dimmed">
        {failure.remedy}
      </Text>
    </div>
  );
}
