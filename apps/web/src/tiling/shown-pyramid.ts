import type { TilingStatus } from "@tilewright/client";

/** The job whose pyramid there is to look at: this one's own, or the one that it is about to replace. */
export const shownPyramid = ({ status, jobId, replacesJobId }: TilingStatus): string | null =>
  status === "COMPLETED" ? jobId : replacesJobId;
