import { jobDomains } from "../domains.ts";
import type { Violation } from "../jobs/invariants/violation.ts";
import { attemptOf, resultKey } from "../storage/keys.ts";
import { isReused, type TilingJob } from "./job.ts";
import type { PyramidManifest } from "./manifest.ts";
import { PyramidFacts } from "./pyramid-facts.ts";

/** What the object store holds of a COMPLETED job. */
export interface PublishedObjects {
  readonly manifest: PyramidManifest | "MISSING" | "UNREADABLE";
  /** Null where it is missing. */
  readonly manifestSha256: string | null;
  readonly pyramidBytes: number | null;
  /** Null where the object is missing, or was left out of a sample. */
  readonly pyramidSha256: string | null;
}

/** I4: what a COMPLETED job says of its pyramid, its manifest says too, and the object is just that. */
export function checkPublished(job: TilingJob, published: PublishedObjects): Violation[] {
  const { jobId, imageId } = job;
  return [...findings(job, published)].map((what) => ({ invariant: "I4", imageId, jobId, what }));
}

function* findings(job: TilingJob, published: PublishedObjects): Generator<string> {
  const { manifest, manifestSha256, pyramidBytes, pyramidSha256 } = published;
  const expected = resultKey(jobDomains.tiling, makerOf(job));
  if (job.metadataPath !== expected) yield `Its manifest should be ${expected}, but is ${job.metadataPath}.`;
  if (manifest === "MISSING") return yield "There is no manifest.";
  if (manifest === "UNREADABLE") return yield "Its manifest can't be read.";
  if (job.manifestSha256 !== null && manifestSha256 !== job.manifestSha256) yield "Its manifest has changed.";
  yield* disagreements(job, manifest);
  if (pyramidBytes === null) return yield "There is no pyramid.";
  const { sizeBytes, sha256 } = manifest.pyramid;
  if (pyramidBytes !== sizeBytes) yield `The pyramid has ${pyramidBytes} of ${sizeBytes} bytes.`;
  if (pyramidSha256 !== null && pyramidSha256 !== sha256) yield "The pyramid's bytes are not those of its manifest.";
}

/** The attempt that has made what a job shows: its own, or one on the same bytes. */
const makerOf = (job: TilingJob): Pick<TilingJob, "imageId" | "jobId" | "attempt"> =>
  (isReused(job) && job.metadataPath !== null && attemptOf(job.metadataPath)) || job;

function* disagreements(job: TilingJob, manifest: PyramidManifest): Generator<string> {
  const maker = makerOf(job);
  for (const name of ["jobId", "imageId", "attempt"] as const) {
    if (manifest[name] !== maker[name]) yield `Its manifest is of ${name} ${manifest[name]}, not ${maker[name]}.`;
  }
  if (!job.pyramid) return yield "The row knows nothing of its pyramid.";
  for (const name of PyramidFacts.keyof().options) {
    if (manifest.pyramid[name] !== job.pyramid[name])
      yield `The row's ${name} is ${job.pyramid[name]}, its manifest's ${manifest.pyramid[name]}.`;
  }
}
