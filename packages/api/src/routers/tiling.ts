import {
  ClaimInput,
  GetStatusesInput,
  HeartbeatOutput,
  HeldJobInput,
  JobHistoryInput,
  JobInput,
  JobOrImageInput,
  ListJobsInput,
} from "@tilewright/core/jobs";
import {
  ClaimTilingOutput,
  cancelTiling,
  claimTiling,
  completeTiling,
  failTiling,
  getTilingHistory,
  getTilingStatus,
  getTilingStatuses,
  handBackTiling,
  heartbeatTiling,
  listTilings,
  MarkTilingCompleteInput,
  MarkTilingFailedInput,
  ReuseTilingInput,
  retryTiling,
  reuseTiling,
  ShowTilingPreviewInput,
  showTilingPreview,
  TilingHeartbeatInput,
  TilingHistory,
  TilingList,
  TilingStatus,
  TilingStatuses,
} from "@tilewright/core/tiling";
import { procedure, router, workerProcedure } from "../trpc.ts";

export const tilingRouter = router({
  getStatus: procedure
    .input(JobOrImageInput)
    .output(TilingStatus)
    .query(({ ctx, input }) => getTilingStatus(ctx.ports, input)),
  getStatuses: procedure
    .input(GetStatusesInput)
    .output(TilingStatuses)
    .query(({ ctx, input }) => getTilingStatuses(ctx.ports, input)),
  list: procedure
    .input(ListJobsInput)
    .output(TilingList)
    .query(({ ctx, input }) => listTilings(ctx.ports, input)),
  history: procedure
    .input(JobHistoryInput)
    .output(TilingHistory)
    .query(({ ctx, input }) => getTilingHistory(ctx.ports, input)),
  retry: procedure
    .input(JobOrImageInput)
    .output(TilingStatus)
    .mutation(({ ctx, input }) => retryTiling(ctx.ports, input)),
  cancel: procedure
    .input(JobInput)
    .output(TilingStatus)
    .mutation(({ ctx, input }) => cancelTiling(ctx.ports, input)),
  claim: workerProcedure
    .input(ClaimInput)
    .output(ClaimTilingOutput)
    .mutation(({ ctx, input, signal }) => claimTiling(ctx.ports, input, signal ?? new AbortController().signal)),
  heartbeat: workerProcedure
    .input(TilingHeartbeatInput)
    .output(HeartbeatOutput)
    .mutation(({ ctx, input }) => heartbeatTiling(ctx.ports, input)),
  showPreview: workerProcedure
    .input(ShowTilingPreviewInput)
    .output(TilingStatus)
    .mutation(({ ctx, input }) => showTilingPreview(ctx.ports, input)),
  markComplete: workerProcedure
    .input(MarkTilingCompleteInput)
    .output(TilingStatus)
    .mutation(({ ctx, input }) => completeTiling(ctx.ports, input)),
  reuse: workerProcedure
    .input(ReuseTilingInput)
    .output(TilingStatus)
    .mutation(({ ctx, input }) => reuseTiling(ctx.ports, input)),
  markFailed: workerProcedure
    .input(MarkTilingFailedInput)
    .output(TilingStatus)
    .mutation(({ ctx, input }) => failTiling(ctx.ports, input)),
  handBack: workerProcedure
    .input(HeldJobInput)
    .output(TilingStatus)
    .mutation(({ ctx, input }) => handBackTiling(ctx.ports, input)),
});
