import { Button, Group, Text } from "@mantine/core";
import type { JobStatus } from "@tilewright/client";
import { isTerminal } from "@tilewright/core/jobs";
import { troubleOf } from "../api/trouble.ts";
import { ConfirmButton } from "../ui/ConfirmButton.tsx";
import { RetryIcon } from "../ui/icons.tsx";

/** A call of the domain, which takes care of its answer itself. */
interface JobCall {
  readonly call: () => void;
  readonly isPending: boolean;
  readonly error: unknown;
}

interface JobActionsProps {
  readonly job: JobStatus;
  /** Of a failed job: a person may have success with the same input. */
  readonly isRetryable: boolean;
  readonly retry: JobCall;
  readonly cancel: JobCall;
  readonly words: {
    readonly retry: string;
    readonly cancel: string;
    readonly keep: string;
    /** Asked before anything is cancelled. */
    readonly question: string;
  };
}

/** Retry what failed, cancel what is under way. */
export function JobActions({ job: { status, failure }, isRetryable, retry, cancel, words }: JobActionsProps) {
  if (isTerminal(status) && !isRetryable) return null;
  const error = retry.error ?? cancel.error;
  return (
    <Group>
      {isRetryable && (
        <Button
          // Where somebody has to do something first, it is not what to press first.
          variant={failure?.family === "data" ? "default" : "filled"}
          size="sm"
          leftSection={<RetryIcon />}
          loading={retry.isPending}
          onClick={retry.call}
        >
          {words.retry}
        </Button>
      )}
      {!isTerminal(status) && (
        <ConfirmButton
          question={words.question}
          confirmLabel={words.cancel}
          keepLabel={words.keep}
          onConfirm={cancel.call}
        >
          {(ask) => (
            <Button variant="default" loading={cancel.isPending} onClick={ask}>
              {words.cancel}
            </Button>
          )}
        </ConfirmButton>
      )}
      {error !== null && error !== undefined && (
        <Text size="sm" c="var(--tw-bad)" role="alert">
          {troubleOf(error).sentence}
        </Text>
      )}
    </Group>
  );
}
