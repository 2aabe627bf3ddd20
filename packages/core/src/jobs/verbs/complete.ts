import { TilewrightError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { resultKey } from "../../storage/keys.ts";
import type { Domain } from "../domain.ts";
import type { JobTypes } from "../ports.ts";
import { requireJob, toJobStatus } from "./status.ts";
import { refusal } from "./work.ts";

interface Completion {
  readonly jobId: string;
  readonly attempt: number;
  readonly metadataPath: string;
}

/**
 * Marks a job complete whose attempt has published its manifest, which is the last that it writes. Repeating it with
 * the same attempt and manifest is a no-op.
 *
 * @param complete the domain's own write: null when the attempt does not hold the job.
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT, INVALID_INPUT (a manifest outside the attempt's own prefix),
 *   MANIFEST_MISSING
 * @see docs/adr/0001-persist-job-status.md
 */
export async function completeJob<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: Ports,
  { jobId, attempt, metadataPath }: Completion,
  complete: () => Promise<T["job"] | null>,
) {
  const { imageId } = await requireJob(domain, ports, { jobId });
  const expected = resultKey(domain.place, { imageId, jobId, attempt });
  if (metadataPath !== expected) {
    throw new TilewrightError("INVALID_INPUT", `The manifest of this attempt belongs at ${expected}.`);
  }
  if (!(await ports.objects.head(expected))) throw new TilewrightError("MANIFEST_MISSING");
  const job = (await complete()) ?? (await requireJob(domain, ports, { jobId }));
  const isDone = job.status === "COMPLETED" && job.attempt === attempt && job.metadataPath === metadataPath;
  if (!isDone) throw await refusal(domain, ports, jobId);
  return toJobStatus(domain, ports, job);
}
