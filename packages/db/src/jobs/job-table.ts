import type { ResultPlace } from "@tilewright/core";
import type { Job, JobRules, JobStatus, JobTypes } from "@tilewright/core/jobs";
import type { Prisma } from "../../generated/prisma/client.ts";
import type { Transaction } from "../transaction.ts";

/** Which rows: in the form of Prisma's own `where`. A domain may add columns of its own. */
export interface JobWhere {
  id?: string | { in?: string[]; lt?: string };
  imageId?: string;
  status?: JobStatus | { in: JobStatus[] };
  attempt?: number;
  leaseExpiresAt?: { lt: Date };
}

export interface JobQuery {
  where: JobWhere;
  orderBy: { id: "asc" | "desc" };
  take?: number;
}

/** What a change of status writes of the columns that every domain has. */
export interface JobMove<Stage extends string = string, Code extends string = string> {
  status: JobStatus;
  version: { increment: 1 };
  updatedAt: Date;
  stage?: Stage;
  stageFraction?: number;
  attempt?: { increment: 1 };
  maxAttempts?: { increment: 1 };
  failureCode?: Code;
  failureReason?: string;
  metadataPath?: string | null;
  workerId?: string | null;
  leaseExpiresAt?: Date | null;
  startedAt?: Date;
  finishedAt?: Date;
}

export type MoveOf<J extends Job> = JobMove<J["stage"], NonNullable<J["failureCode"]>>;

/** What a domain writes of a new row beside its id and its attempts. */
export interface JobRequest {
  readonly imageId: string;
}

/** A heartbeat's own columns: what it assigns, and whether that is news for watchers. */
export interface Advance {
  readonly set: Prisma.Sql;
  readonly isNews: Prisma.Sql;
}

/**
 * One domain's rows, as the engine needs them. Its columns bear the names of JobMove in snake case; beside them there
 * is a table of events and one of workers with the columns of tiling's. That at most one job of those that do the same
 * is active is a unique index of the table's own.
 */
export interface JobTable<
  Types extends JobTypes = JobTypes,
  Request extends JobRequest = JobRequest,
  Own extends object = object,
> {
  /** As SQL has them. */
  readonly names: {
    readonly jobs: string;
    readonly events: string;
    readonly workers: string;
    /** The enum of its stages. */
    readonly stage: string;
    /** Where its jobs wait. */
    readonly queue: string;
  };
  readonly place: ResultPlace;
  readonly rules: JobRules<Types["job"]>;
  /**
   * Where jobs differ in what a worker must be able to do, they have a column `kind`, and their workers one `kinds`:
   * a claim then names the kinds that it is after.
   */
  readonly hasKinds: boolean;
  /** That the result of a COMPLETED `job` is in use, so that its objects have an owner. */
  readonly isInUse: Prisma.Sql;
  /** The domain's own columns of a job that begins anew, and of one that ended without a result. */
  readonly atStart: Own;
  readonly atFailure: Own;

  find(tx: Transaction, query: JobQuery): Promise<Types["job"][]>;
  list(tx: Transaction, query: JobQuery): Promise<Types["listed"][]>;
  create(tx: Transaction, row: Request & { id: string; maxAttempts: number }): Promise<Types["job"]>;
  /** Changes the rows that still are as `where` says, and answers them. */
  move(tx: Transaction, where: JobWhere, change: MoveOf<Types["job"]> & Partial<Own>): Promise<Types["job"][]>;
  /** The job with all that its worker has to know. */
  handOver(tx: Transaction, job: Types["job"]): Promise<Types["claimed"]>;
  /** Which jobs do the same as this one, where that is not all of its image. */
  alike?(job: Types["job"]): JobWhere;
  /** What a new job in place of this one is asked for. */
  again(job: Types["job"]): Request;
  /** Progress beside the stage: forward only. */
  advance?(progress: Types["progress"]): Advance;
}
