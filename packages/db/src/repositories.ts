import type { Ports } from "@tilewright/core";
import type { Database } from "./connect.ts";
import { newId } from "./ids.ts";
import { PrismaImages } from "./image/images.ts";
import { PrismaTurns } from "./maintenance/turns.ts";
import { PrismaOwnership } from "./storage/ownership.ts";
import { PrismaPyramidAudits } from "./tiling/audits.ts";
import { TilingDispatch, tilingQueue } from "./tiling/dispatch.ts";
import { PrismaTilingJobs } from "./tiling/tiling-jobs.ts";
import { PrismaWorkers } from "./tiling/workers.ts";
import { tellingAbsence } from "./unavailable.ts";
import { PrismaUploads } from "./upload/uploads.ts";

/** The queues of all domains: one line each. */
export const queues = [tilingQueue];

/** The ports that a database stands behind; all their calls may fail as DATABASE_UNAVAILABLE. */
export function createRepositories({
  prisma,
  boss,
}: Database): Pick<
  Ports,
  "images" | "uploads" | "tilingJobs" | "workers" | "audits" | "ownership" | "turns" | "newId"
> {
  const dispatch = new TilingDispatch(boss);
  return {
    images: tellingAbsence(new PrismaImages(prisma, dispatch)),
    uploads: tellingAbsence(new PrismaUploads(prisma, dispatch)),
    tilingJobs: tellingAbsence(new PrismaTilingJobs(prisma, dispatch)),
    workers: tellingAbsence(new PrismaWorkers(prisma)),
    audits: tellingAbsence(new PrismaPyramidAudits(prisma, dispatch)),
    ownership: tellingAbsence(new PrismaOwnership(prisma)),
    turns: tellingAbsence(new PrismaTurns(prisma)),
    newId,
  };
}
