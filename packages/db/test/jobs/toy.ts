import { type Domain, defineFailures, type Job, type Jobs, type JobTypes } from "@tilewright/core/jobs";
import { resultKey } from "@tilewright/core/storage";
import { type Database, Prisma, tables } from "../../src/index.ts";
import { JobDispatch } from "../../src/jobs/dispatch.ts";
import type { JobRequest, JobTable } from "../../src/jobs/job-table.ts";
import { PrismaJobs } from "../../src/jobs/prisma-jobs.ts";
import { submitJob } from "../../src/jobs/submit.ts";
import { inTransaction } from "../../src/transaction.ts";
import { rowsOf } from "./rows.ts";

// A domain that does nothing, in the least that a domain takes: rules, table, port. Its work is of several kinds.

const stages = ["QUEUED", "PLAYING", "TIDYING"] as const;
const failures = defineFailures({
  BROKEN: { family: "data", sentence: "The toy is broken.", remedy: "Bring another toy." },
});

export interface ToyJob extends Job<(typeof stages)[number], (typeof failures.codes)[number]> {
  readonly kind: string;
}
interface ToyTypes extends JobTypes {
  readonly job: ToyJob;
  readonly listed: ToyJob;
  readonly claimed: { readonly job: ToyJob };
}
type ToyRequest = JobRequest & Pick<ToyJob, "kind">;

const place = { folder: "toys", manifest: "toy.json" };

export const toyDomain = (jobs: Jobs<ToyTypes>): Domain<ToyTypes, Pick<ToyJob, "kind">> => ({
  place,
  stages,
  failures,
  lineOf: ({ imageId, kind }) => `${imageId} ${kind}`,
  inUse: (completed) => completed,
  jobsOf: () => jobs,
  kindOf: ({ kind }) => kind,
  factsOf: ({ kind }) => ({ kind }),
  detailsOf: () => ({}),
  orderOf: () => ({}),
});

const rows = rowsOf<ToyJob>(
  "toy_jobs",
  Prisma.sql`
    id::text AS "jobId", image_id::text AS "imageId", kind, status, stage::text, attempt, max_attempts AS "maxAttempts",
    stage_fraction AS "stageFraction", failure_code AS "failureCode", failure_reason AS "failureReason",
    metadata_path AS "metadataPath", worker_id AS "workerId", lease_expires_at AS "leaseExpiresAt", version,
    created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt", updated_at AS "updatedAt"`,
);

export const toyTable: JobTable<ToyTypes, ToyRequest> = {
  names: { jobs: "toy_jobs", events: "toy_job_events", workers: "toy_workers", stage: "ToyStage", queue: "play" },
  place,
  rules: toyDomain({} as Jobs<ToyTypes>),
  hasKinds: true,
  isInUse: Prisma.sql`job.status = 'COMPLETED'`,
  atStart: {},
  atFailure: {},
  find: rows.findMany,
  list: rows.findMany,
  move: rows.updateManyAndReturn,
  create: async (tx, row) => {
    const [job] = await rows.create(tx, row);
    if (job) return job;
    throw new Prisma.PrismaClientKnownRequestError("There is one already.", { code: "P2002", clientVersion: "a test" });
  },
  handOver: async (_, job) => ({ job }),
  alike: ({ imageId, kind }) => ({ imageId, kind }),
  again: ({ imageId, kind }) => ({ imageId, kind }),
};

export class ToyJobs extends PrismaJobs<ToyTypes, ToyRequest, object> {
  readonly #dispatch: JobDispatch;

  constructor(database: Database) {
    const dispatch = new JobDispatch(database, toyTable, [...tables, toyTable]);
    super(database.prisma, toyTable, dispatch);
    this.#dispatch = dispatch;
  }

  submit(request: ToyRequest): Promise<ToyJob> {
    return inTransaction(this.prisma, (tx) =>
      submitJob(toyTable, tx, this.#dispatch, request, 2, { cause: "SUBMITTED" }),
    );
  }

  complete(held: Pick<ToyJob, "jobId" | "imageId" | "attempt">): Promise<ToyJob | null> {
    const result = { stage: "TIDYING", metadataPath: resultKey(place, held) } as const;
    return inTransaction(this.prisma, (tx) => this.finish(tx, held, { cause: "COMPLETED" }, result));
  }
}

/** As a migration would make them. */
export const toyTables = [
  `CREATE TYPE "ToyStage" AS ENUM ('QUEUED', 'PLAYING', 'TIDYING')`,
  `CREATE TABLE toy_jobs (
     id uuid PRIMARY KEY, image_id uuid NOT NULL REFERENCES images ON DELETE CASCADE, kind text NOT NULL,
     status text NOT NULL DEFAULT 'PENDING', stage "ToyStage" NOT NULL DEFAULT 'QUEUED', attempt int NOT NULL DEFAULT 0,
     max_attempts int NOT NULL, stage_fraction real NOT NULL DEFAULT 0, failure_code text, failure_reason text,
     metadata_path text, worker_id text, lease_expires_at timestamptz(3), version int NOT NULL DEFAULT 1,
     created_at timestamptz(3) NOT NULL DEFAULT now(), started_at timestamptz(3), finished_at timestamptz(3),
     updated_at timestamptz(3) NOT NULL DEFAULT now())`,
  `CREATE UNIQUE INDEX ON toy_jobs (image_id, kind) WHERE status IN ('PENDING', 'IN_PROGRESS')`,
  `CREATE TABLE toy_job_events (
     id bigserial PRIMARY KEY, job_id uuid NOT NULL REFERENCES toy_jobs ON DELETE CASCADE, attempt int NOT NULL,
     "from" text, "to" text NOT NULL, at timestamptz(3) NOT NULL, detail jsonb NOT NULL)`,
  `CREATE TABLE toy_workers (worker_id text PRIMARY KEY, expected_until timestamptz(3) NOT NULL, kinds text[] NOT NULL)`,
];
