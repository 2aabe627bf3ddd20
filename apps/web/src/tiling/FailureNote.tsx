import { Text } from "@mantine/core";
import type { TilingStatus } from "@tilewright/client";

interface FailureNoteProps {
  readonly failure: NonNullable<TilingStatus["failure"]>;
}

/** What happened, to this image in particular where more is known, and what to do about it. */
export function FailureNote({ failure }: FailureNoteProps) {
  return (
    <div>
      <Text size="sm" fw={550}>
        {failure.sentence}
      </Text>
      {failure.reason !== failure.sentence && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {failure.reason}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {failure.remedy}
      </Text>
    </div>
  );
}
