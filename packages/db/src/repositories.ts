import type { Ports } from "@tilewright/core";
import type { Database } from "./connect.ts";
import { newId } from "./ids.ts";
import { PrismaImages } from "./image/images.ts";
import { PrismaTurns } from "./maintenance/turns.ts";
import { PrismaOwnership } from "./storage/ownership.ts";
import { TilingDispatch, tilingQueue } from "./tiling/dispatch.ts";
import { PrismaTilingJobs } from "./tiling/tiling-jobs.ts";
import { PrismaUploads } from "./upload/uploads.ts";

/** The queues of all domains: one line each. */
export const queues = [tilingQueue];

/** The ports that a database stands behind. */
export function createRepositories({
  prisma,
  boss,
}: Database): Pick<Ports, "images" | "uploads" | "tilingJobs" | "ownership" | "turns" | "newId"> {
  const dispatch = new TilingDispatch(boss);
  return {
    images: new PrismaImages(prisma, dispatch),
    uploads: new PrismaUploads(prisma, dispatch),
    tilingJobs: new PrismaTilingJobs(prisma, dispatch),
    ownership: new PrismaOwnership(prisma),
    turns: new PrismaTurns(prisma),
    newId,
  };
}
