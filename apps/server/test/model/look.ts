import { imageOfSource, sourceKey } from "@tilewright/core/storage";
import type { TestDatabase } from "@tilewright/db/testing";
import type { Glossary } from "./glossary.ts";
import type { MemoryStore } from "./memory-store.ts";
import type { Model, ModelImage, ModelJob } from "./model.ts";

interface JobRow extends Omit<ModelJob, "shows"> {
  id: string;
  imageId: string;
  metadataPath: string | null;
}

/** The world as the database and the store have it, in the model's words; jobs that are new get into the glossary. */
export async function look(
  prisma: TestDatabase["database"]["prisma"],
  { objects }: MemoryStore,
  glossary: Glossary,
): Promise<Pick<Model, "images" | "published">> {
  const ids = glossary.uploads.map(({ imageId }) => imageId);
  const uploads = await prisma.upload.findMany({ where: { imageId: { in: ids } } });
  const jobs = await prisma.$queryRaw<JobRow[]>`
      SELECT job.id::text, image_id::text AS "imageId", status::text, attempt, max_attempts AS "maxAttempts",
        failure_code::text AS "failureCode", tiles_done AS "tilesDone",
        coalesce(lease_expires_at < now(), false) AS "isExpired",
        CASE WHEN status <> 'PENDING' OR message.state IS DISTINCT FROM 'created' THEN 'NONE'
          WHEN message.start_after > now() THEN 'LATER' ELSE 'DUE' END AS message,
        metadata_path AS "metadataPath", audit.damage IS NOT NULL AS "isDamaged"
      FROM tiling_jobs AS job LEFT JOIN pyramid_audits AS audit ON audit.job_id = job.id LEFT JOIN pgboss.job AS message ON message.name = 'tile' AND message.id = job.id
      ORDER BY job.id`;
  const stored = new Map((await prisma.image.findMany()).map((row) => [row.id, row]));
  for (const { id, imageId } of jobs) {
    glossary.addJob(imageId, id);
  }
  const images = glossary.uploads.map(({ imageId }, index): ModelImage => {
    const own = jobs.filter((job) => job.imageId === imageId);
    const status = uploads.find((upload) => upload.imageId === imageId)?.status;
    const open = objects.has(sourceKey(imageId)) ? "ASSEMBLED" : "UPLOADING";
    const phase = { OPEN: open, ABORTED: "ABORTED", COMPLETED: "STORED" } as const;
    const row = stored.get(imageId);
    return {
      phase: status ? phase[status] : "DELETED",
      jobs: own.map(({ id: _, imageId: __, metadataPath, ...job }) => ({
        ...job,
        shows: glossary.publisherOf(metadataPath),
      })),
      source: row ? glossary.indexOf(imageOfSource(row.sourceKey) ?? "") : index,
      hasDigest: Boolean(row?.sourceSha256),
    };
  });
  const published = [...objects.keys()].flatMap((key) => {
    const name = key.endsWith("manifest.json") ? glossary.publisherOf(key) : null;
    return name ? [name] : [];
  });
  return { images, published: published.sort() };
}
