import { JobProgress } from "../jobs/JobProgress.tsx";
import { tilingWords } from "./status-words.ts";
import { useTilingStatus } from "./useTilingStatus.ts";

interface TilingProgressProps {
  readonly imageId: string;
}

/** Where the tiling of an image stands, live. Needs nothing around it but the tRPC and query providers. */
export const TilingProgress = ({ imageId }: TilingProgressProps) => (
  <JobProgress watched={useTilingStatus(imageId)} words={tilingWords} />
);
