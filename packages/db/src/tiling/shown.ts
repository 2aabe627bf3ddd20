import { Prisma } from "../../generated/prisma/client.ts";

/** That `job` has made the pyramid that its image shows: it is the newest COMPLETED one. */
export const isShown = Prisma.sql`(
  job.status = 'COMPLETED' AND NOT EXISTS (
    SELECT FROM tiling_jobs AS newer
    WHERE newer.image_id = job.image_id AND newer.status = 'COMPLETED' AND newer.id > job.id))`;
