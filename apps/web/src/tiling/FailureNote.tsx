import { Text } from "@mantine/core";
import type { TilingStatus } from "@tilewright/client";

interface FailureNoteProps {
  readonly failure: NonNullable<TilingStatus["failure"]>;
}

/** What happened and what to do about it. */
export function FailureNote({ failure }: FailureNoteProps) {
  return (
    <div>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {failure.reason}
      </Text>
      <Text size="sm" c="dimmed">
        {failure.remedy}
      </Text>
    </div>
  );
}
