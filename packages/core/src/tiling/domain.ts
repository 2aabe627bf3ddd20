import { jobDomains } from "../domains.ts";
import type { Domain } from "../jobs/domain.ts";
import { shownName } from "../text.ts";
import { tilingFailures } from "./failure.ts";
import { isReused, type TilingProgress, tilesFraction } from "./job.ts";
import type { TilingTypes } from "./ports.ts";
import type { ListedTiling, TilingAssignment, TilingStatus } from "./schemas.ts";
import { tilingStages } from "./status.ts";

type Facts = Pick<
  ListedTiling,
  "datasetName" | "tilesDone" | "tilesTotal" | "progressFraction" | "replacesJobId" | "pyramid" | "isReused" | "preview"
>;
type Order = Pick<TilingAssignment, "datasetName" | "sourceKey" | "sourceSizeBytes" | "sourceSha256">;

/** Tiling as the engine's verbs see it. */
export const tiling: Domain<TilingTypes, Facts, Pick<TilingStatus, "datasetMetadata">, Order> = {
  place: jobDomains.tiling,
  stages: tilingStages,
  failures: tilingFailures,
  isOfEveryImage: true,
  jobsOf: ({ jobs }) => jobs.tiling,
  factsOf: (job) => ({
    datasetName: shownName(job.datasetName),
    tilesDone: job.tilesDone,
    tilesTotal: job.tilesTotal,
    progressFraction: tilesFraction(job),
    replacesJobId: job.replacesJobId,
    pyramid: job.pyramid,
    isReused: isReused(job),
    preview: job.preview,
  }),
  detailsOf: ({ datasetMetadata }) => ({ datasetMetadata }),
  orderOf: ({ job: { datasetName }, sourceKey, sourceSizeBytes, sourceSha256 }) => ({
    datasetName,
    sourceKey,
    sourceSizeBytes,
    sourceSha256,
  }),
  fractionOf: tilesFraction,
  counts: ["tilesDone"] satisfies (keyof TilingProgress)[],
  countsWrong: ({ tilesDone, tilesTotal }) =>
    tilesTotal !== null && tilesDone > tilesTotal ? `${tilesDone} of ${tilesTotal} tiles are done.` : null,
};
