import type { TilingStatus } from "@tilewright/client";
import { isWorthRetrying } from "@tilewright/core/tiling";
import { trpc } from "../api/trpc.ts";
import { JobActions } from "../jobs/JobActions.tsx";

interface TilingActionsProps {
  readonly tiling: TilingStatus;
}

const words = {
  retry: "Retry tiling",
  cancel: "Cancel tiling",
  keep: "Keep tiling",
  question: "Cancel the tiling of this image? The uploaded file stays, and you can retry later.",
};

/** The answer is the new status and takes the old one's place at once. */
export function TilingActions({ tiling }: TilingActionsProps) {
  const { imageId, jobId, failure } = tiling;
  const { getStatus } = trpc.useUtils().tiling;
  const onSuccess = (answer: TilingStatus) => getStatus.setData({ imageId }, answer);
  const retry = trpc.tiling.retry.useMutation({ onSuccess });
  const cancel = trpc.tiling.cancel.useMutation({ onSuccess, onError: () => getStatus.invalidate({ imageId }) });
  return (
    <JobActions
      job={tiling}
      isRetryable={failure !== null && isWorthRetrying(failure.code)}
      retry={{ ...retry, call: () => retry.mutate({ imageId }) }}
      cancel={{ ...cancel, call: () => cancel.mutate({ jobId }) }}
      words={words}
    />
  );
}
