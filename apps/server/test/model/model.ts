import type { Mishap, Verb } from "./actions.ts";

/** A job as the model knows it. `message`: whether a claim can find it now, after a pause, or not at all. */
export interface ModelJob {
  status: "PENDING" | "IN_PROGRESS" | "COMPLETED" | "FAILED";
  attempt: number;
  maxAttempts: number;
  failureCode: string | null;
  tilesDone: number;
  isExpired: boolean;
  message: "DUE" | "LATER" | "NONE";
  /** Name of the attempt whose pyramid it shows. */
  shows: string | null;
  isDamaged: boolean;
}

export interface ModelImage {
  phase: "UPLOADING" | "ASSEMBLED" | "ABORTED" | "STORED" | "DELETED";
  /** Oldest first; only the newest can be active. */
  jobs: ModelJob[];
  /** Under which image's prefix its source lies. All images have the same bytes. */
  source: number;
  /** Whether a worker has told what bytes they are. */
  hasDigest: boolean;
}

/** The right to work on a job that was once granted, and may be lost by now. */
export interface Claim {
  readonly image: number;
  readonly job: number;
  readonly attempt: number;
}

export interface Model {
  images: ModelImage[];
  claims: Claim[];
  /** Names of attempts whose pyramid lies in the store. */
  published: string[];
}

export const maxAttempts = 3;
export const tileCount = 9;

const nameOf = ({ image, job, attempt }: Claim): string => `${image}/${job}/${attempt}`;

/** A verb whose image and claim are chosen. */
export type Chosen = { readonly verb: Verb | Mishap; readonly image: number; readonly claim: Claim | null };

/**
 * What the world looks like after a verb that ended with `outcome`: "OK", a kind of refusal or, for a claim, the name
 * of what was granted. `null` when it must not end so.
 */
export function after(before: Model, chosen: Chosen, outcome: string): Model | null {
  const model = structuredClone(before);
  return (
    ofClaims(model, chosen, outcome) ??
    ofDuplicates(model, chosen, outcome) ??
    (expected(model, chosen) === outcome ? model : null)
  );
}

/** The one verb with a choice of its own: any job that is due may be granted. */
function ofClaims(model: Model, { verb }: Chosen, outcome: string): Model | null | undefined {
  if (verb.kind !== "claim") return undefined;
  const waiting = model.images.flatMap(({ jobs }, image) =>
    jobs.flatMap((job, index) => (job.status === "PENDING" && job.message === "DUE" ? [{ job, image, index }] : [])),
  );
  if (outcome === "NOTHING") return waiting.length === 0 ? model : null;
  for (const { job, image, index } of waiting) {
    const claim = { image, job: index, attempt: job.attempt + 1 };
    if (nameOf(claim) !== outcome) continue;
    Object.assign(job, { status: "IN_PROGRESS", attempt: claim.attempt, tilesDone: 0, message: "NONE" });
    model.claims.push(claim);
    return model;
  }
  return null;
}

/** Whichever of several pyramids of the same bytes is shared, the outcome names it. */
function ofDuplicates(model: Model, { verb, claim }: Chosen, outcome: string): Model | null {
  const [, name] = /^REUSED (.+)$/.exec(outcome) ?? [];
  if (!name) return null;
  const image = verb.kind === "drop" ? opened(model) : model.images[claim?.image ?? -1];
  const duplicate = duplicatesOf(model, image).find(({ job }) => job.shows === name);
  if (!image || !duplicate) return null;
  if (verb.kind === "drop") {
    image.phase = "STORED";
    image.jobs.push({ ...newJob(), message: "NONE" });
  }
  const job = verb.kind === "drop" ? image.jobs[0] : image.jobs[claim?.job ?? -1];
  if (!job || (claim && (job.status !== "IN_PROGRESS" || job.attempt !== claim.attempt))) return null;
  Object.assign(job, { status: "COMPLETED", tilesDone: tileCount, isExpired: false, shows: name });
  Object.assign(image, { source: duplicate.image.source, hasDigest: true });
  return model;
}

const shownOf = ({ jobs }: ModelImage): ModelJob | undefined => jobs.findLast(({ status }) => status === "COMPLETED");

/** Images whose pyramid another may share. */
function duplicatesOf(model: Model, own: ModelImage | undefined): { image: ModelImage; job: ModelJob }[] {
  return model.images.flatMap((image) => {
    const job = shownOf(image);
    const isDuplicate =
      image !== own && image.hasDigest && job?.shows && !job.isDamaged && model.published.includes(job.shows);
    return job && isDuplicate ? [{ image, job }] : [];
  });
}

function opened(model: Model): ModelImage {
  const image: ModelImage = { phase: "UPLOADING", jobs: [], source: model.images.length, hasDigest: false };
  model.images.push(image);
  return image;
}

/** Changes the model as the verb does and says how it has to end. */
function expected(model: Model, chosen: Chosen): string {
  const image = model.images[chosen.image];
  if (image) {
    const outcome = ofImages(image, chosen);
    if (outcome) return outcome;
  }
  if (chosen.claim) {
    const outcome = ofWorkers(model, chosen.claim, chosen.verb);
    if (outcome) return outcome;
  }
  return ofMaintenance(model, chosen.verb);
}

function ofImages(image: ModelImage, { verb, image: index }: Chosen): string | undefined {
  const newest = image.jobs.at(-1);
  const isActive = newest?.status === "PENDING" || newest?.status === "IN_PROGRESS";
  switch (verb.kind) {
    case "complete":
      if (image.phase === "ABORTED" || image.phase === "DELETED") return "GONE";
      store(image);
      return "OK";
    case "abort":
      if (image.phase === "STORED" || image.phase === "DELETED") return "GONE";
      image.phase = "ABORTED";
      return "OK";
    case "assemble":
      if (image.phase === "UPLOADING") image.phase = "ASSEMBLED";
      return "OK";
    case "cancel":
      if (!newest) return "GONE";
      if (isActive) fail(newest, "CANCELLED");
      return newest.failureCode === "CANCELLED" ? "OK" : "JOB_FINISHED";
    case "retry":
      if (!newest) return "GONE";
      if (newest.status === "COMPLETED") return "JOB_NOT_FAILED";
      if (!isActive) image.jobs.push(newJob());
      return "OK";
    case "findBroken":
      // Only what is shown is audited, and nothing is made again while something newer has been begun.
      Object.assign(shownOf(image) ?? {}, { isDamaged: true });
      if (newest?.status === "COMPLETED") image.jobs.push(newJob());
      return "OK";
    case "delete":
      if (image.phase !== "STORED") return "GONE";
      Object.assign(image, { phase: "DELETED", jobs: [], source: index, hasDigest: false });
      return "OK";
    case "expire":
      if (newest?.status === "IN_PROGRESS") newest.isExpired = true;
      return "OK";
    case "strayMessage":
      // No stray at all where its job waits for it.
      if (newest?.status === "PENDING" && newest.message === "NONE") newest.message = "DUE";
      return "OK";
    default:
      return undefined;
  }
}

function ofWorkers(model: Model, claim: Claim, verb: Chosen["verb"]): string | undefined {
  const job = model.images[claim.image]?.jobs[claim.job];
  const isHeld = job?.status === "IN_PROGRESS" && job.attempt === claim.attempt;
  const isPublished = model.published.includes(nameOf(claim));
  switch (verb.kind) {
    case "beat":
      if (!isHeld) return "LOST";
      job.tilesDone = Math.max(job.tilesDone, verb.tilesDone);
      job.isExpired = false;
      return "OK";
    case "publish":
      model.published = [...new Set([...model.published, nameOf(claim)])].sort();
      return "OK";
    case "markComplete": {
      const isRepeated = job?.status === "COMPLETED" && job.attempt === claim.attempt;
      if (job && !isPublished) return "MANIFEST_MISSING";
      if (!isHeld && !isRepeated) return "LOST";
      if (!isHeld) return "OK";
      Object.assign(job, { status: "COMPLETED", tilesDone: tileCount, isExpired: false, shows: nameOf(claim) });
      Object.assign(model.images[claim.image] ?? {}, { hasDigest: true });
      return "OK";
    }
    case "reuse":
      if (!isHeld) return "LOST";
      return duplicatesOf(model, model.images[claim.image]).length > 0 ? "REUSED" : "OK";
    case "markFailed": {
      const isRepeated = job?.status === "FAILED" && job.attempt === claim.attempt && job.failureCode === verb.code;
      if (isRepeated) return "OK";
      if (!isHeld) return "LOST";
      if (verb.code === "STORAGE_UNAVAILABLE" && job.attempt < job.maxAttempts) release(job, "LATER");
      else fail(job, verb.code);
      return "OK";
    }
    case "handBack":
      if (!isHeld) return "LOST";
      release(job, "DUE");
      job.maxAttempts += 1;
      return "OK";
    default:
      return undefined;
  }
}

function ofMaintenance(model: Model, verb: Chosen["verb"]): string {
  const jobs = model.images.flatMap((image) => image.jobs);
  switch (verb.kind) {
    case "open":
      opened(model);
      break;
    case "drop":
      if (duplicatesOf(model, undefined).length > 0) return "REUSED";
      opened(model);
      break;
    case "reap":
      for (const job of jobs.filter(({ isExpired }) => isExpired)) {
        if (job.attempt < job.maxAttempts) release(job, "DUE");
        else fail(job, "WORKER_LOST");
      }
      break;
    case "reconcile":
      for (const job of jobs) if (job.status === "PENDING" && job.message === "NONE") job.message = "DUE";
      break;
    case "loseMessages":
      for (const job of jobs) job.message = "NONE";
      break;
    case "pausesEnd":
      for (const job of jobs) if (job.message === "LATER") job.message = "DUE";
      break;
    case "recoverUploads":
      for (const image of model.images) if (image.phase === "ASSEMBLED") store(image);
      break;
    case "sweep":
      model.published = model.published.filter((name) => isOwned(model, name));
      break;
  }
  return "OK";
}

function isOwned(model: Model, name: string): boolean {
  const [image = -1, index = -1, attempt] = name.split("/").map(Number);
  const job = model.images[image]?.jobs[index];
  if (job?.status === "IN_PROGRESS" && job.attempt === attempt) return true;
  return model.images.some((each) => shownOf(each)?.shows === name);
}

function store(image: ModelImage): void {
  if (image.phase === "STORED") return;
  image.phase = "STORED";
  image.jobs.push(newJob());
}

const newJob = (): ModelJob => ({
  status: "PENDING",
  attempt: 0,
  maxAttempts,
  failureCode: null,
  tilesDone: 0,
  isExpired: false,
  message: "DUE",
  shows: null,
  isDamaged: false,
});

function release(job: ModelJob, message: "DUE" | "LATER"): void {
  Object.assign(job, { status: "PENDING", tilesDone: 0, isExpired: false, message });
}

function fail(job: ModelJob, failureCode: string): void {
  Object.assign(job, { status: "FAILED", failureCode, isExpired: false, message: "NONE" });
}
