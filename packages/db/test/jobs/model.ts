/** A job as the model knows it. `message`: whether a claim can find it now, after a pause, or not at all. */
export interface ModelJob {
  status: "PENDING" | "IN_PROGRESS" | "COMPLETED" | "FAILED";
  attempt: number;
  maxAttempts: number;
  failureCode: string | null;
  stageFraction: number;
  isExpired: boolean;
  message: "DUE" | "LATER" | "NONE";
}

/** The right to work on a job that was once granted, and may be lost by now. */
export interface ModelClaim {
  readonly image: number;
  readonly job: number;
  readonly attempt: number;
}

export interface Model {
  /** By image its jobs, oldest first; null where the image is deleted. */
  images: (ModelJob[] | null)[];
  claims: ModelClaim[];
}

const maxAttempts = 2;

const ofImages = ["cancel", "retry", "delete", "expire", "stray"] as const;
const ofClaims = ["beat", "complete", "failByData", "failBySystem", "handBack"] as const;
const ofAll = ["submit", "claim", "reap", "reconcile", "loseMessages", "pausesEnd"] as const;
export const verbs = [...ofImages, ...ofClaims, ...ofAll];
export type Verb = (typeof verbs)[number];
export const isOfClaim = (verb: Verb): boolean => (ofClaims as readonly string[]).includes(verb);

/** A verb with the image, the claim and the share of the stage that it is about, where it is about any. */
export interface Chosen {
  readonly verb: Verb;
  readonly image: number;
  readonly claim: ModelClaim | null;
  readonly fraction: number;
}

export const nameOf = ({ image, job, attempt }: ModelClaim): string => `${image}/${job}/${attempt}`;

/**
 * What the world looks like after a verb that ended with `outcome`: "OK", a kind of refusal or, for a claim, the name
 * of what was granted. `null` when it must not end so.
 */
export function after(before: Model, chosen: Chosen, outcome: string): Model | null {
  const model = structuredClone(before);
  if (chosen.verb === "claim") return granted(model, outcome);
  return expected(model, chosen) === outcome ? model : null;
}

/** Any job that is due may be granted. */
function granted(model: Model, outcome: string): Model | null {
  const due = model.images.flatMap((jobs, image) =>
    (jobs ?? []).flatMap((job, index) =>
      isDue(job) ? [{ job, claim: { image, job: index, attempt: job.attempt + 1 } }] : [],
    ),
  );
  if (outcome === "NOTHING") return due.length === 0 ? model : null;
  const found = due.find(({ claim }) => nameOf(claim) === outcome);
  if (!found) return null;
  Object.assign(found.job, { status: "IN_PROGRESS", attempt: found.claim.attempt, stageFraction: 0, message: "NONE" });
  model.claims.push(found.claim);
  return model;
}

const isDue = ({ status, message }: ModelJob): boolean => status === "PENDING" && message === "DUE";

/** Changes the model as the verb does and says how it has to end. */
function expected(model: Model, chosen: Chosen): string {
  if (isOfClaim(chosen.verb)) return ofWorker(model, chosen);
  return (ofImages as readonly string[]).includes(chosen.verb) ? ofPerson(model, chosen) : ofMaintenance(model, chosen);
}

function ofPerson(model: Model, { verb, image }: Chosen): string {
  const newest = model.images[image]?.at(-1);
  if (!newest) return verb === "expire" || verb === "stray" ? "OK" : "GONE";
  const isActive = newest.status === "PENDING" || newest.status === "IN_PROGRESS";
  switch (verb) {
    case "cancel":
      if (isActive) fail(newest, "CANCELLED");
      return newest.failureCode === "CANCELLED" ? "OK" : "JOB_FINISHED";
    case "retry":
      if (newest.status === "COMPLETED") return "JOB_NOT_FAILED";
      if (!isActive) model.images[image]?.push(newJob());
      return "OK";
    case "delete":
      model.images[image] = null;
      return "OK";
    case "expire":
      if (newest.status === "IN_PROGRESS") newest.isExpired = true;
      return "OK";
    default:
      if (newest.status === "PENDING" && newest.message === "NONE") newest.message = "DUE";
      return "OK";
  }
}

function ofWorker(model: Model, { verb, claim, fraction }: Chosen): string {
  const job = claim && model.images[claim.image]?.[claim.job];
  if (!job) return "LOST";
  const isOwn = job.attempt === claim.attempt;
  const isHeld = isOwn && job.status === "IN_PROGRESS";
  const isRepeated =
    isOwn &&
    ((verb === "complete" && job.status === "COMPLETED") || (verb === "failByData" && job.failureCode === "DATA"));
  if (!isHeld) return isRepeated ? "OK" : "LOST";
  if (verb === "beat") Object.assign(job, { stageFraction: Math.max(job.stageFraction, fraction), isExpired: false });
  if (verb === "complete") Object.assign(job, { status: "COMPLETED", isExpired: false });
  if (verb === "failByData") fail(job, "DATA");
  if (verb === "failBySystem" && job.attempt < job.maxAttempts) release(job, "LATER");
  else if (verb === "failBySystem") fail(job, "STORAGE_UNAVAILABLE");
  if (verb === "handBack") {
    release(job, "DUE");
    job.maxAttempts += 1;
  }
  return "OK";
}

function ofMaintenance(model: Model, { verb }: Chosen): string {
  if (verb === "submit") model.images.push([newJob()]);
  for (const job of model.images.flatMap((jobs) => jobs ?? [])) {
    if (verb === "loseMessages") job.message = "NONE";
    if (verb === "pausesEnd" && job.message === "LATER") job.message = "DUE";
    if (verb === "reconcile" && job.status === "PENDING" && job.message === "NONE") job.message = "DUE";
    if (verb !== "reap" || !job.isExpired) continue;
    if (job.attempt < job.maxAttempts) release(job, "DUE");
    else fail(job, "WORKER_LOST");
  }
  return "OK";
}

const newJob = (): ModelJob => ({
  status: "PENDING",
  attempt: 0,
  maxAttempts,
  failureCode: null,
  stageFraction: 0,
  isExpired: false,
  message: "DUE",
});

function release(job: ModelJob, message: "DUE" | "LATER"): void {
  Object.assign(job, { status: "PENDING", stageFraction: 0, isExpired: false, message });
}

function fail(job: ModelJob, failureCode: string): void {
  Object.assign(job, { status: "FAILED", failureCode, isExpired: false, message: "NONE" });
}
