import { randomUUID } from "node:crypto";
import type { Turns } from "@tilewright/core";
import { type Ports, TilewrightError } from "@tilewright/core";
import type { AnalysisJobs, AnalysisKinds } from "@tilewright/core/analysis";
import type { Images } from "@tilewright/core/image";
import type { JobOrImage } from "@tilewright/core/jobs";
import { isTerminal } from "@tilewright/core/jobs";
import type { ObjectStore, Ownership } from "@tilewright/core/storage";
import type { PyramidAudits, TilingJobs } from "@tilewright/core/tiling";
import type { Uploads } from "@tilewright/core/upload";
import { analysisJobsOf, kindsOf, verdictsOf } from "./analysis-ports.ts";
import type { World } from "./world.ts";

/** The ports that the page's procedures reach, on top of the world. The worker's are out of reach. */
export function fakePorts(world: World): Ports {
  return {
    images: imagesOf(world),
    uploads: uploadsOf(world),
    jobs: { tiling: jobsOf(world) as TilingJobs, analysis: analysisJobsOf(world) as AnalysisJobs },
    analysisKinds: kindsOf(world) as AnalysisKinds,
    verdicts: verdictsOf(world),
    audits: {} as PyramidAudits,
    ownership: {} as Ownership,
    turns: {} as Turns,
    objects: objectsOf(world) as ObjectStore,
    settings: {
      maxSourceBytes: 50e9,
      mostOpenUploads: { count: 1_000, sizeBytes: 2 ** 50 },
      maxAttempts: 5,
      leaseMs: 10_000,
      heartbeatMs: 1_000,
      sharesSameBytes: true,
      pyramid: { tileSizePx: 256, tileFormat: "jpeg", quality: 80 },
    },
    newId: randomUUID,
    random: () => 0,
    now: () => world.jobs.at(-1)?.updatedAt ?? new Date(0),
  };
}

const imagesOf = (world: World): Images => ({
  find: async (imageId) => world.images.find((each) => each.imageId === imageId) ?? null,
  list: async ({ limit, cursor }) => {
    const newestFirst = world.images.toReversed();
    const start = cursor === undefined ? 0 : newestFirst.findIndex((image) => image.imageId === cursor) + 1;
    return newestFirst.slice(start, start + limit);
  },
  findAll: async (imageIds) => world.images.filter(({ imageId }) => imageIds.includes(imageId)),
  isSizeKnown: async () => world.knowsSizes,
  delete: async (imageId) => world.removeImage(imageId),
  findReclaims: async () => [],
  forgetReclaim: async () => {},
});

const findJob = (world: World, which: JobOrImage) =>
  "imageId" in which ? world.newestJob(which.imageId) : (world.jobs.find((job) => job.jobId === which.jobId) ?? null);

const jobsOf = (world: World): Partial<TilingJobs> => ({
  workers: { ask: async () => {}, isAnyThere: async () => world.hasWorker },
  find: async (which) => findJob(world, which),
  findCached: async (asked) => asked.map((which) => findJob(world, which)),
  findSuccessor: async ({ imageId }) => world.newestJob(imageId),
  findNewest: async (imageIds) => imageIds.flatMap((imageId) => world.newestJob(imageId) ?? []),
  findFirst: async (imageId) => world.jobs.find((job) => job.imageId === imageId) ?? null,
  findDuplicate: async () => null,
  history: async (which) => {
    const isAsked = (job: { jobId: string; imageId: string }) =>
      "imageId" in which ? job.imageId === which.imageId : job.jobId === which.jobId;
    const jobIds = new Set(world.jobs.filter(isAsked).map((job) => job.jobId));
    return world.events.filter((event) => jobIds.has(event.jobId));
  },
  resubmit: async ({ imageId, datasetName }) => world.addJob(imageId, datasetName),
  fail: async ({ jobId, cause, code, reason }) => {
    const job = world.jobs.find((each) => each.jobId === jobId);
    if (!job || isTerminal(job.status)) return null;
    return world.move(jobId, { status: "FAILED", failureCode: code, failureReason: reason }, { cause, reason });
  },
});

const uploadsOf = (world: World): Uploads => ({
  create: async (upload) => {
    const opened = { ...upload, status: "OPEN", createdAt: world.tick() } as const;
    world.uploads.set(upload.uploadId, opened);
    return opened;
  },
  countOpen: async () => ({ count: 0, sizeBytes: 0 }),
  createFrom: async () => null,
  completeFrom: async () => false,
  find: async (uploadId) => world.uploads.get(uploadId) ?? null,
  findOpenFor: async () => ({ uploads: [], before: world.tick() }),
  listOpen: async () => [],
  complete: async (uploadId) => {
    const upload = world.uploads.get(uploadId);
    if (upload?.status !== "OPEN") return false;
    world.uploads.set(uploadId, { ...upload, status: "COMPLETED" });
    const { imageId, fileName, sizeBytes } = upload;
    world.addImage(fileName, sizeBytes, {}, imageId);
    return true;
  },
  abort: async (uploadId) => {
    const upload = world.uploads.get(uploadId);
    if (upload?.status !== "OPEN") return null;
    const aborted = { ...upload, status: "ABORTED" } as const;
    world.uploads.set(uploadId, aborted);
    return aborted;
  },
});

const objectsOf = (world: World): Partial<ObjectStore> => ({
  head: async () => null,
  createMultipart: async (key) => {
    const storageUploadId = randomUUID();
    world.parts.set(storageUploadId, new Map());
    return { key, storageUploadId };
  },
  signPart: async ({ storageUploadId }, partNumber) => ({
    url: `/uploads/${storageUploadId}/${partNumber}`,
    expiresAt: new Date(Date.now() + 3_600_000),
  }),
  listParts: async ({ storageUploadId }) => {
    const parts = world.parts.get(storageUploadId);
    if (!parts) throw new TilewrightError("UPLOAD_CLOSED");
    return [...parts].map(([partNumber, sizeBytes]) => ({ partNumber, sizeBytes, arrivedAt: world.tick() }));
  },
  completeMultipart: async ({ key, storageUploadId }) => {
    const sizes = [...(world.parts.get(storageUploadId)?.values() ?? [])];
    return { key, sizeBytes: sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0), etag: "e" };
  },
  abortMultipart: async ({ storageUploadId }) => void world.parts.delete(storageUploadId),
  deleteMany: async () => {},
});
