import type { z } from "zod";
import type { HeldJobInput, JobHistoryInput } from "../../jobs/schemas.ts";
import type { GetStatusesByIdInput } from "../../jobs/status-answer.ts";
import { cancelJob, retryJob } from "../../jobs/verbs/cancel-and-retry.ts";
import { getJobHistory, getJobStatus, listJobs } from "../../jobs/verbs/status.ts";
import { getJobStatuses } from "../../jobs/verbs/statuses.ts";
import { failJob, handBackJob, heartbeatJob } from "../../jobs/verbs/work.ts";
import type { Ports } from "../../ports.ts";
import { analysis } from "../domain.ts";
import type { AnalysisHeartbeatInput, ListAnalysesInput, MarkAnalysisFailedInput } from "../schemas.ts";

// What is done to an analysis as to any job.

export const getAnalysisStatus = (ports: Ports, which: { readonly jobId: string }) =>
  getJobStatus(analysis, ports, which);

export const getAnalysisStatuses = (ports: Ports, input: z.infer<typeof GetStatusesByIdInput>) =>
  getJobStatuses(analysis, ports, input);

export const listAnalyses = (ports: Ports, input: z.infer<typeof ListAnalysesInput>) =>
  listJobs(analysis, ports, input);

export const getAnalysisHistory = (ports: Ports, input: z.infer<typeof JobHistoryInput>) =>
  getJobHistory(analysis, ports, input);

export const retryAnalysis = (ports: Ports, which: { readonly jobId: string }) => retryJob(analysis, ports, which);

export const cancelAnalysis = (ports: Ports, which: { readonly jobId: string }) => cancelJob(analysis, ports, which);

export const heartbeatAnalysis = (ports: Ports, input: z.infer<typeof AnalysisHeartbeatInput>) =>
  heartbeatJob(analysis, ports, input);

export const failAnalysis = (ports: Ports, input: z.infer<typeof MarkAnalysisFailedInput>) =>
  failJob(analysis, ports, input);

export const handBackAnalysis = (ports: Ports, input: z.infer<typeof HeldJobInput>) =>
  handBackJob(analysis, ports, input);
