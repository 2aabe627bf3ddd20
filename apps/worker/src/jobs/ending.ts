import { refusalOf } from "@tilewright/client";
import type { ObjectStore } from "@tilewright/core/storage";
import pRetry from "p-retry";
import type { Logger } from "pino";
import type { HeldJob, JobAssignment, JobHandler, StageProgress } from "./job-handler.ts";
import type { Lease } from "./lease.ts";

interface Surroundings<Progress extends StageProgress> {
  readonly lease: Lease<Progress>;
  readonly objects: ObjectStore;
  readonly logger: Logger;
}

/** The last word on one attempt: what the server is told, and what becomes of what was published. */
export class Ending<
  Assignment extends JobAssignment,
  Result,
  Progress extends StageProgress,
  FailureCode extends string,
> {
  readonly #handler: JobHandler<Assignment, Result, Progress, FailureCode>;
  readonly #held: HeldJob;
  readonly #outputPrefix: string;
  readonly #surroundings: Surroundings<Progress>;
  #isToldComplete = false;

  constructor(
    handler: JobHandler<Assignment, Result, Progress, FailureCode>,
    { jobId, attempt, outputPrefix }: Assignment,
    surroundings: Surroundings<Progress>,
  ) {
    this.#handler = handler;
    this.#held = { jobId, attempt };
    this.#outputPrefix = outputPrefix;
    this.#surroundings = surroundings;
  }

  /** @param result null where the server has completed the job already. */
  async complete(result: Result | null): Promise<void> {
    const { logger } = this.#surroundings;
    if (result === null) {
      logger.info("completed with what there was already");
      return this.#removePublished();
    }
    this.#isToldComplete = true;
    await this.#settle(() => this.#handler.markComplete(this.#held, result));
    logger.info("completed");
  }

  /** Tells the server why there is no result, unless the job is not this attempt's any more. */
  async giveUp(error: unknown, awaitsRoom: boolean, stop: AbortSignal): Promise<void> {
    const { logger } = this.#surroundings;
    try {
      await this.#tellEnd(error, awaitsRoom, stop);
    } catch (problem) {
      if (isOver(problem)) logger.warn("lost the job while giving it up");
      else logger.error({ err: problem }, "could not end the attempt properly; its lease will run out");
    }
    // Told, but without an answer: the job may well be complete, and this its result. The server's sweep will know.
    if (!this.#isToldComplete || refusalOf(error)) await this.#removePublished();
  }

  async #tellEnd(error: unknown, awaitsRoom: boolean, stop: AbortSignal): Promise<void> {
    const { lease, logger } = this.#surroundings;
    if (lease.signal.aborted || isOver(error)) {
      logger.warn({ err: lease.signal.reason ?? error }, "lost the job");
    } else if (stop.aborted) {
      logger.info("handing the job back");
      await this.#settle(() => this.#handler.handBack(this.#held));
    } else {
      const { code, message: reason } = this.#handler.failureOf(error);
      logger.warn({ err: error, code, awaitsRoom }, "failed");
      await this.#settle(() => this.#handler.markFailed(this.#held, { code, reason, awaitsRoom }));
    }
  }

  async #removePublished(): Promise<void> {
    const { objects, logger } = this.#surroundings;
    try {
      for await (const { key } of objects.list(this.#outputPrefix)) await objects.deleteMany([key]);
    } catch (problem) {
      logger.error({ err: problem }, "could not remove what the attempt published; the server's sweep will");
    }
  }

  /** Repeats a call that ends the attempt until the server has answered it or the lease is lost. */
  #settle(call: () => Promise<unknown>): Promise<unknown> {
    return pRetry(call, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 200,
      maxTimeout: 2_000,
      signal: this.#surroundings.lease.signal,
      shouldRetry: ({ error }) => refusalOf(error) === null,
    });
  }
}

/** Cancelled, deleted or given to another. */
function isOver(error: unknown): boolean {
  const code = refusalOf(error)?.code;
  return code === "STALE_ATTEMPT" || code === "JOB_NOT_FOUND";
}
