import type { z } from "zod";
import type { JobOrImage } from "../../jobs/ports.ts";
import type { ClaimInput, HeldJobInput, JobHistoryInput, ListJobsInput } from "../../jobs/schemas.ts";
import type { GetStatusesInput } from "../../jobs/status-answer.ts";
import { cancelJob, retryJob } from "../../jobs/verbs/cancel-and-retry.ts";
import {
  getJobHistory,
  getJobStatus,
  listJobs,
  type StatusPorts,
  toJobStatus,
  toListedJob,
} from "../../jobs/verbs/status.ts";
import { getJobStatuses } from "../../jobs/verbs/statuses.ts";
import { claimJob, failJob, handBackJob, heartbeatJob } from "../../jobs/verbs/work.ts";
import type { Ports } from "../../ports.ts";
import { tiling } from "../domain.ts";
import type { ListedTilingJob, TilingJob } from "../job.ts";
import type { MarkTilingFailedInput, TilingHeartbeatInput } from "../schemas.ts";

// What is done to a tiling as to any job.

export const getTilingStatus = (ports: Ports, which: JobOrImage) => getJobStatus(tiling, ports, which);

export const getTilingStatuses = (ports: Ports, input: GetStatusesInput) => getJobStatuses(tiling, ports, input);

export const listTilings = (ports: Ports, input: z.infer<typeof ListJobsInput>) => listJobs(tiling, ports, input);

export const getTilingHistory = (ports: Ports, input: z.infer<typeof JobHistoryInput>) =>
  getJobHistory(tiling, ports, input);

export const retryTiling = (ports: Ports, which: JobOrImage) => retryJob(tiling, ports, which);

export const cancelTiling = (ports: Ports, which: { readonly jobId: string }) => cancelJob(tiling, ports, which);

export const claimTiling = (ports: Ports, input: z.infer<typeof ClaimInput>, signal: AbortSignal) =>
  claimJob(tiling, ports, input, signal);

export const heartbeatTiling = (ports: Ports, input: z.infer<typeof TilingHeartbeatInput>) =>
  heartbeatJob(tiling, ports, input);

export const failTiling = (ports: Ports, input: z.infer<typeof MarkTilingFailedInput>) => failJob(tiling, ports, input);

export const handBackTiling = (ports: Ports, input: z.infer<typeof HeldJobInput>) => handBackJob(tiling, ports, input);

export const toTilingStatus = (ports: StatusPorts, job: TilingJob) => toJobStatus(tiling, ports, job);

export const toListedTiling = (ports: StatusPorts, job: ListedTilingJob) => toListedJob(tiling, ports, job);
