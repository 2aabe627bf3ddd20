import { Prisma, type PrismaClient } from "../../../generated/prisma/client.ts";
import type { JobTable } from "../job-table.ts";

/** Which version of which job answers a question. */
export interface SeenVersion {
  readonly key: string;
  readonly jobId: string;
  readonly version: number;
}

const [byJob, byImage] = ["job ", "image "];

/** Names a question: for the job, or for the newest of the image. */
export const keyOf = (which: { readonly jobId: string } | { readonly imageId: string }): string =>
  "jobId" in which ? byJob + which.jobId.toLowerCase() : byImage + which.imageId.toLowerCase();

const idsOf = (keys: readonly string[], kind: string): string[] =>
  keys.filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length));

/** What there is of these, in one statement. */
export function lookAtVersions(
  { names }: Pick<JobTable, "names">,
  prisma: PrismaClient,
  keys: readonly string[],
): Promise<SeenVersion[]> {
  const jobs = Prisma.raw(names.jobs);
  return prisma.$queryRaw`
    SELECT ${byJob} || id AS key, id::text AS "jobId", version
    FROM ${jobs} WHERE id = ANY(${idsOf(keys, byJob)}::uuid[])
    UNION ALL
    SELECT ${byImage} || image.id, newest.id::text, newest.version
    FROM unnest(${idsOf(keys, byImage)}::uuid[]) AS image (id)
    CROSS JOIN LATERAL (
      SELECT id, version FROM ${jobs} WHERE image_id = image.id ORDER BY id DESC LIMIT 1) AS newest`;
}
