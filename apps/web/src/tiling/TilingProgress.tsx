import { Group, Skeleton, Stack, Text } from "@mantine/core";
import type { TilingStatus } from "@tilewright/client";
import { ConnectionNote } from "../jobs/ConnectionNote.tsx";
import { FailureNote } from "../jobs/FailureNote.tsx";
import { attemptWords, percentOf, statusWords, tileWords } from "./status-words.ts";
import { TilingBar } from "./TilingBar.tsx";
import { useTilingStatus } from "./useTilingStatus.ts";

interface TilingProgressProps {
  readonly imageId: string;
}

/** Where the tiling of an image stands, live. Needs nothing around it but the tRPC and query providers. */
export function TilingProgress({ imageId }: TilingProgressProps) {
  const { status, trouble, isAway } = useTilingStatus(imageId);
  if (!status) {
    return trouble ? <ConnectionNote trouble={trouble} isTryingAgain={isAway} /> : <Skeleton height={48} />;
  }
  const percent = percentOf(status);
  const details = [status.status === "FAILED" ? null : tileWords(status), attemptWords(status)].filter(Boolean);
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <Text fw={600} c={headlineColor(status)} aria-live="polite" data-tiling-status={status.status}>
          {statusWords(status)}
        </Text>
        {status.status === "IN_PROGRESS" && percent !== null && (
          <Text fw={600} aria-hidden="true" style={{ fontVariantNumeric: "tabular-nums" }}>
            {percent}%
          </Text>
        )}
      </Group>
      {status.status !== "FAILED" && <TilingBar tiling={status} />}
      {details.length > 0 && (
        <Text size="sm" c="dimmed">
          {details.join(" · ")}
        </Text>
      )}
      {status.failure && <FailureNote failure={status.failure} />}
      {trouble && <ConnectionNote trouble={trouble} isTryingAgain={isAway} />}
    </Stack>
  );
}

function headlineColor({ status, failure }: TilingStatus): string {
  if (status === "COMPLETED") return "var(--tw-good)";
  return status === "FAILED" && failure?.code !== "CANCELLED" ? "var(--tw-bad)" : "var(--mantine-color-text)";
}
