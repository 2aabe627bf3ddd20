import { Button, Group, Text } from "@mantine/core";
import type { TilingStatus } from "@tilewright/client";
import { isWorthRetrying } from "@tilewright/core/tiling/failure";
import { isTerminal } from "@tilewright/core/tiling/status";
import { troubleOf } from "../api/trouble.ts";
import { trpc } from "../api/trpc.ts";
import { ConfirmButton } from "../ui/ConfirmButton.tsx";
import { RetryIcon } from "../ui/icons.tsx";

interface TilingActionsProps {
  readonly tiling: TilingStatus;
}

/** Retry what failed, cancel what is under way. The answer is the new status and takes the old one's place at once. */
export function TilingActions({ tiling: { imageId, jobId, status, failure } }: TilingActionsProps) {
  const utils = trpc.useUtils();
  const onSuccess = (answer: TilingStatus) => utils.tiling.getStatus.setData({ imageId }, answer);
  const retry = trpc.tiling.retry.useMutation({ onSuccess });
  const cancel = trpc.tiling.cancel.useMutation({
    onSuccess,
    onError: () => utils.tiling.getStatus.invalidate({ imageId }),
  });
  const isRetryable = failure !== null && isWorthRetrying(failure.code);
  if (isTerminal(status) && !isRetryable) return null;
  const error = retry.error ?? cancel.error;
  return (
    <Group>
      {isRetryable && (
        <Button
          // Where somebody has to do something first, it is not what to press first.
          variant={failure.family === "data" ? "default" : "filled"}
          size="sm"
          leftSection={<RetryIcon />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ imageId })}
        >
          Retry tiling
        </Button>
      )}
      {!isTerminal(status) && (
        <ConfirmButton
          question="Cancel the tiling of this image? The uploaded file stays, and you can retry later."
          confirmLabel="Cancel tiling"
          keepLabel="Keep tiling"
          onConfirm={() => cancel.mutate({ jobId })}
        >
          {(ask) => (
            <Button variant="default" loading={cancel.isPending} onClick={ask}>
              Cancel tiling
            </Button>
          )}
        </ConfirmButton>
      )}
      {error && (
        <Text size="sm" c="var(--tw-bad)" role="alert">
          {troubleOf(error).sentence}
        </Text>
      )}
    </Group>
  );
}
