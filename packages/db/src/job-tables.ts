import { domainNames, type JobDomain, type JobPorts } from "@tilewright/core";
import type { PrismaClient } from "../generated/prisma/client.ts";
import { PrismaAnalysisJobs } from "./analysis/analysis-jobs.ts";
import { analysisTable } from "./analysis/table.ts";
import type { Database } from "./connect.ts";
import { JobDispatch, queueOf } from "./jobs/dispatch.ts";
import type { Follow } from "./jobs/follow.ts";
import type { JobTable } from "./jobs/job-table.ts";
import type { AfterTiling } from "./tiling/after-tiling.ts";
import { tileImage } from "./tiling/follow-image.ts";
import { tilingTable } from "./tiling/table.ts";
import { PrismaTilingJobs } from "./tiling/tiling-jobs.ts";
import { tellingAbsence } from "./unavailable.ts";

/** The tables of all domains: queues, deletion, ownership and histories go through them. */
export const jobTables: Readonly<Record<JobDomain, JobTable>> = {
  tiling: tilingTable,
  analysis: analysisTable,
};

/** The ports of all domains. */
export const openJobs = (prisma: PrismaClient, dispatches: Dispatches, afterTiling: AfterTiling): JobPorts => ({
  tiling: tellingAbsence(new PrismaTilingJobs(prisma, dispatches.tiling, afterTiling)),
  analysis: tellingAbsence(new PrismaAnalysisJobs(prisma, dispatches.analysis)),
});

/** What follows when an image is stored. */
export const follows: Partial<Record<JobDomain, Follow>> = {
  tiling: tileImage,
};

export const tables: readonly JobTable[] = domainNames.map((domain) => jobTables[domain]);

export const queues = tables.map(queueOf);

export type Dispatches = Readonly<Record<JobDomain, JobDispatch>>;

export const openDispatches = (database: Omit<Database, "close">): Dispatches =>
  Object.fromEntries(
    domainNames.map((domain) => [domain, new JobDispatch(database, jobTables[domain], tables)]),
  ) as Dispatches;
