import { useQuery } from "@tanstack/react-query";
import { AnalysisResult } from "@tilewright/core/analysis";
import { z } from "zod";
import { AnalysisFileError, readJson } from "./read-file.ts";

// The page's policy forbids what zod would compile its schemas to.
z.config({ jitless: true });

/** Address of a file of an analysis. */
export const analysisFileUrl = (jobId: string, file: string): string => `/analyses/${jobId}/${file}`;

/** Fields, numbers and layers, all as many and as long as they may be, take less. */
const mostResultBytes = 1024 * 1024;

const mostRetries = 4;

/** Published files never change: what is read once stays, and what can't be read is not asked for again. */
export const publishedFile = {
  staleTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
  retry: (failures: number, error: Error) =>
    failures < mostRetries && error instanceof AnalysisFileError && error.isPassing,
} as const;

/** What the analysis of a job has found; nothing is asked for while there is no job. */
export function useAnalysisResult(jobId: string | undefined) {
  return useQuery({
    queryKey: ["analysis", jobId, "analysis.json"],
    queryFn: ({ signal }) =>
      readJson(analysisFileUrl(jobId ?? "", "analysis.json"), mostResultBytes, signal, (json) =>
        AnalysisResult.parse(json),
      ),
    enabled: jobId !== undefined,
    ...publishedFile,
  });
}
