import type { Ports } from "@tilewright/core";
import type { Database } from "./connect.ts";
import { newId } from "./ids.ts";
import { PrismaImages } from "./image/images.ts";
import { openDispatches, openJobs } from "./job-tables.ts";
import { PrismaTurns } from "./maintenance/turns.ts";
import { PrismaOwnership } from "./storage/ownership.ts";
import { PrismaPyramidAudits } from "./tiling/audits.ts";
import { tellingAbsence } from "./unavailable.ts";
import { PrismaUploads } from "./upload/uploads.ts";

/** The ports that a database stands behind; all their calls may fail as DATABASE_UNAVAILABLE. */
export function createRepositories(
  database: Database,
): Pick<Ports, "images" | "uploads" | "jobs" | "audits" | "ownership" | "turns" | "newId"> {
  const { prisma } = database;
  const dispatches = openDispatches(database);
  return {
    images: tellingAbsence(new PrismaImages(prisma, dispatches)),
    uploads: tellingAbsence(new PrismaUploads(prisma, dispatches)),
    jobs: openJobs(prisma, dispatches),
    audits: tellingAbsence(new PrismaPyramidAudits(prisma, dispatches.tiling)),
    ownership: tellingAbsence(new PrismaOwnership(prisma)),
    turns: tellingAbsence(new PrismaTurns(prisma)),
    newId,
  };
}
