import { Button, Text } from "@mantine/core";
import type { AnalysisStatus } from "@tilewright/client";
import { analysisFailures } from "@tilewright/core/analysis";
import { isTerminal } from "@tilewright/core/jobs";
import { isUnknown, troubleOf } from "../api/trouble.ts";
import { trpc } from "../api/trpc.ts";
import { JobActions } from "../jobs/JobActions.tsx";
import { ConfirmButton } from "../ui/ConfirmButton.tsx";

interface AnalysisActionsProps {
  readonly analysis: AnalysisStatus;
  readonly onRemoved: () => void;
}

const words = {
  retry: "Retry",
  cancel: "Cancel analysis",
  keep: "Keep analysing",
  question: "Cancel this analysis? You can start it again later.",
};

/** Retry, cancel, remove. Each of them changes the list, which is asked for again. */
export function AnalysisActions({ analysis, onRemoved }: AnalysisActionsProps) {
  const { jobId, status, failure } = analysis;
  const { list } = trpc.useUtils().analysis;
  const onSettled = () => list.invalidate();
  const retry = trpc.analysis.retry.useMutation({ onSettled });
  const cancel = trpc.analysis.cancel.useMutation({ onSettled });
  const remove = trpc.analysis.remove.useMutation({ onSettled, onSuccess: onRemoved });
  return (
    <>
      <JobActions
        job={analysis}
        isRetryable={failure !== null && analysisFailures.isWorthRetrying(failure.code)}
        retry={{ ...retry, call: () => retry.mutate({ jobId }) }}
        cancel={{ ...cancel, call: () => cancel.mutate({ jobId }) }}
        words={words}
      />
      {isTerminal(status) && (
        <ConfirmButton
          question="Remove this analysis? Its numbers and layers are gone for good."
          confirmLabel="Remove analysis"
          keepLabel="Keep it"
          onConfirm={() => remove.mutate({ jobId })}
        >
          {(ask) => (
            <Button variant="default" size="xs" loading={remove.isPending} onClick={ask}>
              Remove
            </Button>
          )}
        </ConfirmButton>
      )}
      {remove.error && !isUnknown(remove.error) && (
        <Text size="sm" c="var(--tw-bad)" role="alert">
          {troubleOf(remove.error).sentence}
        </Text>
      )}
    </>
  );
}
