import { jobDomains } from "../domains.ts";
import type { Domain } from "../jobs/domain.ts";
import { analysisFailures } from "./failure.ts";
import { kindText } from "./job.ts";
import type { AnalysisTypes, ClaimedAnalysis } from "./ports.ts";
import type { AnalysisAssignment, AnalysisStatus } from "./schemas.ts";
import { analysisStages } from "./stages.ts";

type Facts = Pick<AnalysisStatus, "kind" | "parameters" | "pyramidJobId" | "summary">;
type Order = Pick<AnalysisAssignment, "kind" | "parameters"> & Pick<ClaimedAnalysis, "tiling">;

/** Analysis as the engine's verbs see it. */
export const analysis: Domain<AnalysisTypes, Facts, object, Order> = {
  place: jobDomains.analysis,
  stages: analysisStages,
  failures: analysisFailures,
  lineOf: ({ imageId, kind, parametersSha256 }) => `${imageId}/${kind.name}/${parametersSha256}`,
  inUse: (completed) => completed,
  jobsOf: ({ jobs }) => jobs.analysis,
  kindOf: ({ kind }) => kindText(kind),
  factsOf: ({ kind, parameters, pyramidJobId, summary }) => ({ kind, parameters, pyramidJobId, summary }),
  detailsOf: () => ({}),
  orderOf: ({ job: { kind, parameters }, tiling }) => ({
    kind: { name: kind.name, version: kind.version },
    parameters,
    tiling,
  }),
};
