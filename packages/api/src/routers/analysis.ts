import {
  AnalysisHeartbeatInput,
  AnalysisHistory,
  AnalysisKindList,
  AnalysisList,
  AnalysisStatus,
  AnalysisStatuses,
  ClaimAnalysisInput,
  ClaimAnalysisOutput,
  cancelAnalysis,
  claimAnalysis,
  completeAnalysis,
  failAnalysis,
  getAnalysisHistory,
  getAnalysisStatus,
  getAnalysisStatuses,
  handBackAnalysis,
  heartbeatAnalysis,
  ListAnalysesInput,
  ListKindsInput,
  listAnalyses,
  listKinds,
  MarkAnalysisCompleteInput,
  MarkAnalysisFailedInput,
  OpenedOutputs,
  OpenOutputsInput,
  openOutputs,
  RegisteredKinds,
  RegisterKindsInput,
  RemovedAnalysis,
  registerKinds,
  removeAnalysis,
  retryAnalysis,
  SubmitAnalysisInput,
  submitAnalysis,
  WithdrawKindInput,
  WithdrawnKind,
  withdrawKind,
} from "@tilewright/core/analysis";
import { GetStatusesByIdInput, HeartbeatOutput, HeldJobInput, JobHistoryInput, JobInput } from "@tilewright/core/jobs";
import { procedure, router, workerProcedure } from "../trpc.ts";

export const analysisRouter = router({
  kinds: procedure
    .input(ListKindsInput)
    .output(AnalysisKindList)
    .query(({ ctx }) => listKinds(ctx.ports)),
  submit: procedure
    .input(SubmitAnalysisInput)
    .output(AnalysisStatus)
    .mutation(({ ctx, input }) => submitAnalysis(ctx.ports, input)),
  getStatus: procedure
    .input(JobInput)
    .output(AnalysisStatus)
    .query(({ ctx, input }) => getAnalysisStatus(ctx.ports, input)),
  getStatuses: procedure
    .input(GetStatusesByIdInput)
    .output(AnalysisStatuses)
    .query(({ ctx, input }) => getAnalysisStatuses(ctx.ports, input)),
  list: procedure
    .input(ListAnalysesInput)
    .output(AnalysisList)
    .query(({ ctx, input }) => listAnalyses(ctx.ports, input)),
  history: procedure
    .input(JobHistoryInput)
    .output(AnalysisHistory)
    .query(({ ctx, input }) => getAnalysisHistory(ctx.ports, input)),
  retry: procedure
    .input(JobInput)
    .output(AnalysisStatus)
    .mutation(({ ctx, input }) => retryAnalysis(ctx.ports, input)),
  cancel: procedure
    .input(JobInput)
    .output(AnalysisStatus)
    .mutation(({ ctx, input }) => cancelAnalysis(ctx.ports, input)),
  remove: procedure
    .input(JobInput)
    .output(RemovedAnalysis)
    .mutation(({ ctx, input }) => removeAnalysis(ctx.ports, input)),
  registerKinds: workerProcedure
    .input(RegisterKindsInput)
    .output(RegisteredKinds)
    .mutation(({ ctx, input }) => registerKinds(ctx.ports, input)),
  withdrawKind: workerProcedure
    .input(WithdrawKindInput)
    .output(WithdrawnKind)
    .mutation(({ ctx, input }) => withdrawKind(ctx.ports, input)),
  claim: workerProcedure
    .input(ClaimAnalysisInput)
    .output(ClaimAnalysisOutput)
    .mutation(({ ctx, input, signal }) => claimAnalysis(ctx.ports, input, signal ?? new AbortController().signal)),
  heartbeat: workerProcedure
    .input(AnalysisHeartbeatInput)
    .output(HeartbeatOutput)
    .mutation(({ ctx, input }) => heartbeatAnalysis(ctx.ports, input)),
  openOutputs: workerProcedure
    .input(OpenOutputsInput)
    .output(OpenedOutputs)
    .mutation(({ ctx, input }) => openOutputs(ctx.ports, input)),
  markComplete: workerProcedure
    .input(MarkAnalysisCompleteInput)
    .output(AnalysisStatus)
    .mutation(({ ctx, input }) => completeAnalysis(ctx.ports, input)),
  markFailed: workerProcedure
    .input(MarkAnalysisFailedInput)
    .output(AnalysisStatus)
    .mutation(({ ctx, input }) => failAnalysis(ctx.ports, input)),
  handBack: workerProcedure
    .input(HeldJobInput)
    .output(AnalysisStatus)
    .mutation(({ ctx, input }) => handBackAnalysis(ctx.ports, input)),
});
