import type { Ports } from "@tilewright/core";
import { type AnalysesAfterTiling, followTiling } from "./analysis/follow-tiling.ts";
import { PrismaAnalysisKinds } from "./analysis/kinds.ts";
import { PrismaVerdicts } from "./analysis/library.ts";
import type { Database } from "./connect.ts";
import { newId } from "./ids.ts";
import { PrismaImages } from "./image/images.ts";
import { openDispatches, openJobs } from "./job-tables.ts";
import { PrismaTurns } from "./maintenance/turns.ts";
import { PrismaOwnership } from "./storage/ownership.ts";
import type { AfterTiling } from "./tiling/after-tiling.ts";
import { PrismaPyramidAudits } from "./tiling/audits.ts";
import { tellingAbsence } from "./unavailable.ts";
import { PrismaUploads } from "./upload/uploads.ts";

type Repositories = Pick<
  Ports,
  "images" | "uploads" | "jobs" | "audits" | "analysisKinds" | "verdicts" | "ownership" | "turns" | "newId"
>;

/** The ports that a database stands behind; all their calls may fail as DATABASE_UNAVAILABLE. */
export function createRepositories(
  database: Database,
  analyses: AnalysesAfterTiling = { kinds: [], maxAttempts: 1 },
): Repositories {
  const { prisma } = database;
  const dispatches = openDispatches(database);
  const afterTiling: AfterTiling = (tx, imageId) => followTiling(tx, dispatches.analysis, imageId, analyses);
  return {
    images: tellingAbsence(new PrismaImages(prisma, dispatches)),
    uploads: tellingAbsence(new PrismaUploads(prisma, dispatches, afterTiling)),
    jobs: openJobs(prisma, dispatches, afterTiling),
    audits: tellingAbsence(new PrismaPyramidAudits(prisma, dispatches.tiling)),
    analysisKinds: tellingAbsence(new PrismaAnalysisKinds(prisma)),
    verdicts: tellingAbsence(new PrismaVerdicts(prisma)),
    ownership: tellingAbsence(new PrismaOwnership(prisma)),
    turns: tellingAbsence(new PrismaTurns(prisma)),
    newId,
  };
}
