import { Text } from "@mantine/core";
import type { Trouble } from "../api/trouble.ts";

interface ConnectionNoteProps {
  readonly trouble: Trouble;
  readonly isTryingAgain: boolean;
}

/** Says why there is no news, without taking away what is known. */
export function ConnectionNote({ trouble, isTryingAgain }: ConnectionNoteProps) {
  const sentence = trouble.kind === "AWAY" ? "Connection lost, trying again…" : trouble.sentence;
  return (
    <Text size="sm" c="var(--tw-bad)" role="status">
      {sentence}
      {trouble.kind !== "AWAY" && isTryingAgain ? " Trying again…" : ""}
    </Text>
  );
}
