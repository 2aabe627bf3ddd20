import { Button, Stack, Text } from "@mantine/core";
import { troubleOf } from "../api/trouble.ts";

interface LoadTroubleProps {
  readonly reason: unknown;
  /** False while it is being tried again anyway. */
  readonly isFinal: boolean;
  readonly onTryAgain: () => void;
}

/** Why a page has nothing to show, or nothing new. */
export function LoadTrouble({ reason, isFinal, onTryAgain }: LoadTroubleProps) {
  const { sentence } = troubleOf(reason);
  return (
    <Stack align="flex-start" role="alert" mb="lg">
      <Text>{isFinal ? sentence : `${sentence} Trying again…`}</Text>
      {isFinal && (
        <Button variant="default" onClick={onTryAgain}>
          Try again
        </Button>
      )}
    </Stack>
  );
}
