import { Button, Text } from "@mantine/core";
import { AnalysisFileError } from "../../analysis/read-file.ts";

interface FileTroubleProps {
  readonly what: string;
  readonly error: Error;
  readonly isBusy: boolean;
  readonly onTryAgain: () => void;
}

/** Why something that an analysis published can't be shown. */
export function FileTrouble({ what, error, isBusy, onTryAgain }: FileTroubleProps) {
  const canHelp = !(error instanceof AnalysisFileError) || error.isPassing;
  return (
    <div role="alert">
      <Text size="sm" c="var(--tw-bad)">
        {what} cannot be shown. {error instanceof AnalysisFileError && error.message}
      </Text>
      {canHelp && (
        <Button size="compact-sm" variant="default" loading={isBusy} onClick={onTryAgain}>
          Try again
        </Button>
      )}
    </div>
  );
}
