import { Group, Text } from "@mantine/core";
import type { JobStatus } from "@tilewright/client";
import { CheckIcon, ClockIcon, CloseIcon, WarningIcon } from "../ui/icons.tsx";
import { JobBar } from "./JobBar.tsx";
import type { JobWords } from "./job-words.ts";

interface JobStateProps<Status extends JobStatus> {
  readonly job: Status;
  readonly words: JobWords<Status>;
  readonly isAway: boolean;
}

const marks = {
  PENDING: { icon: ClockIcon, color: "dimmed" },
  IN_PROGRESS: { icon: null, color: "var(--mantine-color-text)" },
  COMPLETED: { icon: CheckIcon, color: "var(--tw-good)" },
  FAILED: { icon: WarningIcon, color: "var(--tw-bad)" },
} as const;

const cancelled = { icon: CloseIcon, color: "dimmed" } as const;

/** The status of a job in a line or two. */
export function JobState<Status extends JobStatus>({ job, words, isAway }: JobStateProps<Status>) {
  const isCancelled = job.failure?.code === "CANCELLED";
  const { icon: Icon, color } = isCancelled ? cancelled : marks[job.status];
  const percent = words.percent(job);
  const isMoving = job.status === "IN_PROGRESS";
  return (
    <>
      <Group gap={6} wrap="nowrap" c={color} data-job-status={job.status}>
        {Icon && <Icon size={16} />}
        <Text size="sm" fw={550} inherit={false} c="inherit">
          {words.status(job)}
          {isMoving && percent !== null ? ` · ${percent}%` : ""}
        </Text>
      </Group>
      {isMoving && <JobBar job={job} words={words} />}
      {job.failure && !isCancelled && (
        <Text size="sm" lineClamp={3} style={{ overflowWrap: "anywhere" }}>
          {job.failure.reason}
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
