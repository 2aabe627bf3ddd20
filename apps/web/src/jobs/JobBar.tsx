import type { JobStatus } from "@tilewright/client";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import type { JobWords } from "./job-words.ts";

interface JobBarProps<Status extends JobStatus> {
  readonly job: Status;
  readonly words: JobWords<Status>;
}

export function JobBar<Status extends JobStatus>({ job, words }: JobBarProps<Status>) {
  const percent = words.percent(job);
  const amount = words.amount(job);
  const share = job.status === "IN_PROGRESS" && percent !== null ? `, ${percent}%` : "";
  return (
    <ProgressBar
      label={words.name(job)}
      percent={percent}
      valueText={`${words.status(job)}${share}${amount ? `, ${amount}` : ""}`}
    />
  );
}
