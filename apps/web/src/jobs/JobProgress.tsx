import { Group, Skeleton, Stack, Text } from "@mantine/core";
import type { JobStatus } from "@tilewright/client";
import { ConnectionNote } from "./ConnectionNote.tsx";
import { FailureNote } from "./FailureNote.tsx";
import { JobBar } from "./JobBar.tsx";
import { attemptWords, type JobWords } from "./job-words.ts";
import type { Watched } from "./useJobStatus.ts";

interface JobProgressProps<Status extends JobStatus> {
  readonly watched: Watched<Status>;
  readonly words: JobWords<Status>;
}

/** Where a job stands, live. */
export function JobProgress<Status extends JobStatus>({ watched, words }: JobProgressProps<Status>) {
  const { status: job, trouble, isAway } = watched;
  if (!job) {
    return trouble ? <ConnectionNote trouble={trouble} isTryingAgain={isAway} /> : <Skeleton height={48} />;
  }
  const percent = words.percent(job);
  const details = [job.status === "FAILED" ? null : words.amount(job), attemptWords(job)].filter(Boolean);
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <Text fw={600} c={headlineColor(job)} aria-live="polite" data-job-status={job.status}>
          {words.status(job)}
        </Text>
        {job.status === "IN_PROGRESS" && percent !== null && (
          <Text fw={600} aria-hidden="true" style={{ fontVariantNumeric: "tabular-nums" }}>
            {percent}%
          </Text>
        )}
      </Group>
      {job.status !== "FAILED" && <JobBar job={job} words={words} />}
      {details.length > 0 && (
        <Text size="sm" c="dimmed">
          {details.join(" · ")}
        </Text>
      )}
      {job.failure && <FailureNote failure={job.failure} />}
      {trouble && <ConnectionNote trouble={trouble} isTryingAgain={isAway} />}
    </Stack>
  );
}

function headlineColor({ status, failure }: JobStatus): string {
  if (status === "COMPLETED") return "var(--tw-good)";
  return status === "FAILED" && failure?.code !== "CANCELLED" ? "var(--tw-bad)" : "var(--mantine-color-text)";
}
