import type { JobDomain } from "@tilewright/core";
import { type AttemptName, type Ownership, resultKey, sourceKey } from "@tilewright/core/storage";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import { newId } from "../ids.ts";
import { jobTables } from "../job-tables.ts";

/** Ownership on Prisma. Each answer is one statement, and so one moment: no row can slip from one table to another. */
export class PrismaOwnership implements Ownership {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async installation(): ReturnType<Ownership["installation"]> {
    await this.#prisma.installation.createMany({ data: { id: newId() }, skipDuplicates: true });
    const { id, markedAt } = await this.#prisma.installation.findFirstOrThrow();
    return { installationId: id, hasMarked: markedAt !== null };
  }

  async rememberMark(): Promise<void> {
    await this.#prisma.$executeRaw`UPDATE installation SET marked_at = now() WHERE marked_at IS NULL`;
  }

  async findUnownedSources(imageIds: readonly string[]): Promise<string[]> {
    const keys = imageIds.map(sourceKey);
    const rows = await this.#prisma.$queryRaw<{ id: string }[]>`
      SELECT source.id::text FROM unnest(${imageIds}::uuid[], ${keys}::text[]) AS source (id, key)
      WHERE NOT EXISTS (SELECT FROM images WHERE images.source_key = source.key)
        AND NOT EXISTS (SELECT FROM uploads WHERE uploads.image_id = source.id AND uploads.status = 'OPEN')`;
    return rows.map(({ id }) => id);
  }

  async findUnownedAttempts(attempts: readonly AttemptName[]): Promise<AttemptName[]> {
    const byDomain = Map.groupBy(attempts, ({ domain }) => domain);
    const unowned = [...byDomain].map(([domain, names]) => this.#findUnowned(domain, names));
    return (await Promise.all(unowned)).flat();
  }

  #findUnowned(domain: JobDomain, attempts: readonly AttemptName[]): Promise<AttemptName[]> {
    const { names, place, isInUse } = jobTables[domain];
    const jobs = Prisma.raw(names.jobs);
    const jobIds = attempts.map(({ jobId }) => jobId);
    const imageIds = attempts.map(({ imageId }) => imageId);
    const numbers = attempts.map(({ attempt }) => attempt);
    const paths = attempts.map((attempt) => resultKey(place, attempt));
    return this.#prisma.$queryRaw<AttemptName[]>`
      SELECT DISTINCT ${domain} AS domain, seen.image_id::text AS "imageId", seen.job_id::text AS "jobId", seen.attempt
      FROM unnest(${imageIds}::uuid[], ${jobIds}::uuid[], ${numbers}::int[], ${paths}::text[])
        AS seen (image_id, job_id, attempt, path)
      WHERE NOT EXISTS (
        SELECT FROM ${jobs} AS job
        WHERE job.id = seen.job_id AND job.attempt = seen.attempt AND job.status = 'IN_PROGRESS')
      AND NOT EXISTS (
        SELECT FROM ${jobs} AS job WHERE job.metadata_path = seen.path AND ${isInUse})`;
  }

  async findUnownedMultiparts(
    uploads: Parameters<Ownership["findUnownedMultiparts"]>[0],
    graceMs: number,
  ): Promise<string[]> {
    const ids = uploads.map(({ storageUploadId }) => storageUploadId);
    const starts = uploads.map(({ startedAt }) => startedAt);
    const rows = await this.#prisma.$queryRaw<{ id: string }[]>`
      SELECT seen.id FROM unnest(${ids}::text[], ${starts}::timestamptz[]) AS seen (id, started_at)
      WHERE seen.started_at < now() - ${graceMs} * interval '1 millisecond'
        AND NOT EXISTS (SELECT FROM uploads WHERE storage_upload_id = seen.id AND status = 'OPEN')`;
    return rows.map(({ id }) => id);
  }
}
