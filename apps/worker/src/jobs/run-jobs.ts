import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { refusalOf, type TilewrightClient } from "@tilewright/client";
import type { ObjectStore, TilingAssignment } from "@tilewright/core";
import { type PyramidLimits, type PyramidSettings, ReadyDecoders } from "@tilewright/pyramid";
import pRetry from "p-retry";
import type { Logger } from "pino";
import { type Attempt, handlers } from "../handlers.ts";
import { failureOf } from "./failure.ts";
import { Lease } from "./lease.ts";
import { awaitMoreRoom, measureScratch, type ScratchRoom } from "./room.ts";
import { clearScratch, scratchOf } from "./scratch.ts";

export interface WorkerOptions {
  readonly client: TilewrightClient;
  readonly objects: ObjectStore;
  readonly workerId: string;
  /** This worker's own: what an earlier life left in it is removed. */
  readonly scratchDirectory: string;
  readonly settings: PyramidSettings;
  readonly limits: Omit<PyramidLimits, "reserveBytes">;
  /** Of the scratch directory's disk; a share of it by default. */
  readonly reserveBytes?: number | undefined;
  /** For images that need more than the limits give; one at a time on a machine. */
  readonly largeMemoryBytes: number;
  readonly logger: Logger;
}

/** The pyramid's and its preview's. */
const decodersAtOnce = 2;

/** Claims and works on one job after the other until `stop` aborts; the job under way is handed back then. */
export async function runWorker(options: WorkerOptions, stop: AbortSignal): Promise<void> {
  // Twice the time that an attempt may take: whoever has written nothing for so long is dead.
  await clearScratch(options.scratchDirectory, 2 * (options.limits.timeoutMs ?? Number.POSITIVE_INFINITY)).catch(
    (error: unknown) => options.logger.warn({ err: error }, "could not clear the scratch folder"),
  );
  const decoders = new ReadyDecoders(decodersAtOnce);
  try {
    while (!stop.aborted) {
      decoders.fill();
      const assignment = await claim(options, stop);
      const shortage = assignment && (await work(options, decoders, assignment, stop));
      if (shortage) await awaitMoreRoom(options.scratchDirectory, shortage, stop);
    }
  } finally {
    await decoders.close();
  }
}

/** Waits for a job for as long as it takes, whether or not the server can be reached. */
async function claim({ client, workerId, logger }: WorkerOptions, stop: AbortSignal): Promise<TilingAssignment | null> {
  // The same at every try: the server may have handed out a job whose name never arrived.
  const claimId = randomUUID();
  const ask = () => client.tiling.claim.mutate({ workerId, claimId }, { signal: stop });
  const policy = {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 500,
    maxTimeout: 5_000,
    randomize: true,
    signal: stop,
  };
  try {
    const onFailedAttempt = ({ error }: { error: Error }) => logger.warn({ err: error }, "could not ask for a job");
    return (await pRetry(ask, { ...policy, onFailedAttempt })).assignment;
  } catch (error) {
    if (stop.aborted) return null;
    throw error;
  }
}

/** @returns the room that there was when an attempt began that waits for more. */
async function work(
  options: WorkerOptions,
  decoders: ReadyDecoders,
  assignment: TilingAssignment,
  stop: AbortSignal,
): Promise<ScratchRoom | null> {
  const { client, objects, settings, largeMemoryBytes } = options;
  const { jobId, attempt, outputPrefix } = assignment;
  const logger = options.logger.child({ jobId, attempt });
  const lease = new Lease(client, assignment, logger);
  const scratch = scratchOf(options.scratchDirectory, jobId, attempt);
  let isToldComplete = false;
  let room: ScratchRoom | null = null;
  logger.info({ imageId: assignment.imageId }, "claimed");
  try {
    await mkdir(scratch, { recursive: true });
    room = await measureScratch(scratch, options.reserveBytes);
    const limits = { ...options.limits, reserveBytes: room.reserveBytes };
    const signal = AbortSignal.any([lease.signal, stop]);
    const report: Attempt["report"] = (progress) => lease.report(progress);
    const showPreview: Attempt["showPreview"] = (preview) =>
      client.tiling.showPreview.mutate({ jobId, attempt, preview }, { signal });
    const reuse: Attempt["reuse"] = (sourceSha256, settings) =>
      lease.mayEnd(async (signal) => {
        const ask = { jobId, attempt, sourceSha256, settings };
        const { status } = await client.tiling.reuse.mutate(ask, { signal });
        return status === "COMPLETED";
      });
    const tiled = await handlers.tiling({
      assignment,
      objects,
      scratch,
      settings,
      limits,
      largeMemoryBytes,
      decoders,
      signal,
      report,
      reuse,
      showPreview,
    });
    await lease.fallSilent();
    if (!tiled) {
      logger.info("completed with the pyramid of the same bytes");
      await removePublished(objects, outputPrefix, logger);
      return null;
    }
    isToldComplete = true;
    await settle(lease, () => client.tiling.markComplete.mutate({ jobId, attempt, ...tiled }));
    logger.info("completed");
    return null;
  } catch (error) {
    const awaitsRoom = failureOf(error).code === "SCRATCH_FULL" && (room?.isShared ?? true);
    await giveUp(options, assignment, lease, stop, error, awaitsRoom, logger);
    // Told, but without an answer: the job may well be complete, and these its pyramid. The server's sweep will know.
    if (!isToldComplete || refusalOf(error)) await removePublished(objects, outputPrefix, logger);
    return awaitsRoom ? room : null;
  } finally {
    await lease.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Tells the server why there is no pyramid, unless the job is not this attempt's any more. */
async function giveUp(
  { client }: WorkerOptions,
  { jobId, attempt }: TilingAssignment,
  lease: Lease,
  stop: AbortSignal,
  error: unknown,
  awaitsRoom: boolean,
  logger: Logger,
): Promise<void> {
  try {
    if (lease.signal.aborted || isOver(error)) {
      logger.warn({ err: lease.signal.reason ?? error }, "lost the job");
    } else if (stop.aborted) {
      logger.info("handing the job back");
      await settle(lease, () => client.tiling.handBack.mutate({ jobId, attempt }));
    } else {
      const { code, message: reason } = failureOf(error);
      logger.warn({ err: error, code, awaitsRoom }, "failed");
      await settle(lease, () => client.tiling.markFailed.mutate({ jobId, attempt, code, reason, awaitsRoom }));
    }
  } catch (problem) {
    if (isOver(problem)) logger.warn("lost the job while giving it up");
    else logger.error({ err: problem }, "could not end the attempt properly; its lease will run out");
  }
}

/** Cancelled, deleted or given to another. */
function isOver(error: unknown): boolean {
  const code = refusalOf(error)?.code;
  return code === "STALE_ATTEMPT" || code === "JOB_NOT_FOUND";
}

async function removePublished(objects: ObjectStore, outputPrefix: string, logger: Logger): Promise<void> {
  try {
    for await (const { key } of objects.list(outputPrefix)) await objects.deleteMany([key]);
  } catch (problem) {
    logger.error({ err: problem }, "could not remove what the attempt published; the server's sweep will");
  }
}

/** Repeats a call that ends the attempt until the server has answered it or the lease is lost. */
function settle(lease: Lease, call: () => Promise<unknown>): Promise<unknown> {
  return pRetry(call, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 200,
    maxTimeout: 2_000,
    signal: lease.signal,
    shouldRetry: ({ error }) => refusalOf(error) === null,
  });
}
