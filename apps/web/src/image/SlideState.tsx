import { Group, Text } from "@mantine/core";
import type { TilingStatus } from "@tilewright/client";
import { percentOf, statusWords } from "../tiling/status-words.ts";
import { TilingBar } from "../tiling/TilingBar.tsx";
import { CheckIcon, ClockIcon, CloseIcon, WarningIcon } from "../ui/icons.tsx";

interface SlideStateProps {
  readonly tiling: TilingStatus;
  readonly isAway: boolean;
}

const marks = {
  PENDING: { icon: ClockIcon, color: "dimmed" },
  IN_PROGRESS: { icon: null, color: "var(--mantine-color-text)" },
  COMPLETED: { icon: CheckIcon, color: "var(--tw-good)" },
  FAILED: { icon: WarningIcon, color: "var(--tw-bad)" },
} as const;

const cancelled = { icon: CloseIcon, color: "dimmed" } as const;

/** The status of a slide in a line or two. */
export function SlideState({ tiling, isAway }: SlideStateProps) {
  const isCancelled = tiling.failure?.code === "CANCELLED";
  const { icon: Icon, color } = isCancelled ? cancelled : marks[tiling.status];
  const percent = percentOf(tiling);
  const isMoving = tiling.status === "IN_PROGRESS";
  return (
    <>
      <Group gap={6} wrap="nowrap" c={color} data-tiling-status={tiling.status}>
        {Icon && <Icon size={16} />}
        <Text size="sm" fw={550} inherit={false} c="inherit">
          {statusWords(tiling)}
          {isMoving && percent !== null ? ` · ${percent}%` : ""}
        </Text>
      </Group>
      {isMoving && <TilingBar tiling={tiling} />}
      {tiling.failure && !isCancelled && (
        <Text size="sm" lineClamp={3} style={{ overflowWrap: "anywhere" }}>
          {tiling.failure.reason}
        </Text>
      )}
      {isAway && (
        <Text size="sm" c="var(--tw-bad)">
          Connection lost, trying again…
        </Text>
      )}
    </>
  );
}
