import type { TilingAssignment } from "@tilewright/core/tiling";
import { ReadyDecoders } from "@tilewright/pyramid";
import type { JobHandler } from "../jobs/job-handler.ts";
import type { WorkerOptions } from "../worker-options.ts";
import { type TilingFailureCode, tilingFailureOf } from "./failure.ts";
import { notBegun, type TilingProgress } from "./progress.ts";
import type { TiledImage } from "./publish.ts";
import { tileImage } from "./tile-image.ts";

/** The pyramid's and its preview's. */
const decodersAtOnce = 2;

export function tilingHandler(
  options: WorkerOptions,
): JobHandler<TilingAssignment, TiledImage, TilingProgress, TilingFailureCode> {
  const { objects, settings, limits, largeMemoryBytes } = options;
  const { tiling } = options.client;
  const decoders = new ReadyDecoders(decodersAtOnce);
  return {
    firstProgress: notBegun,
    async claim(request, signal) {
      decoders.fill();
      return (await tiling.claim.mutate(request, { signal })).assignment;
    },
    heartbeat: (held, progress, signal) => tiling.heartbeat.mutate({ ...held, ...progress }, { signal }),
    work({ reserveBytes, mayEnd, ...attempt }) {
      const held = { jobId: attempt.assignment.jobId, attempt: attempt.assignment.attempt };
      return tileImage({
        ...attempt,
        objects,
        settings,
        limits: { ...limits, reserveBytes },
        largeMemoryBytes,
        decoders,
        reuse: (sourceSha256, settings) =>
          mayEnd(async (signal) => {
            const { status } = await tiling.reuse.mutate({ ...held, sourceSha256, settings }, { signal });
            return status === "COMPLETED";
          }),
        showPreview: (preview) => tiling.showPreview.mutate({ ...held, preview }, { signal: attempt.signal }),
      });
    },
    failureOf: tilingFailureOf,
    markComplete: (held, tiled) => tiling.markComplete.mutate({ ...held, ...tiled }),
    markFailed: (held, failure) => tiling.markFailed.mutate({ ...held, ...failure }),
    handBack: (held) => tiling.handBack.mutate(held),
    close: () => decoders.close(),
  };
}
