import { TilewrightError } from "@tilewright/core";
import {
  cancelJob,
  checkJobs,
  claimJob,
  completeJob,
  failJob,
  handBackJob,
  heartbeatJob,
  releaseExpiredJobs,
  retryJob,
} from "@tilewright/core/jobs";
import { resultKey } from "@tilewright/core/storage";
import { readJobs } from "../../src/histories.ts";
import { Prisma } from "../../src/index.ts";
import { type Chosen, type Model, type ModelClaim, type ModelJob, nameOf } from "./model.ts";
import type { Subject } from "./subject.ts";

const never = new AbortController().signal;

/** Refusals that tell a caller the same thing, whichever of two verbs at the same moment was first. */
const sameRefusals: Record<string, string> = { IMAGE_NOT_FOUND: "GONE", JOB_NOT_FOUND: "GONE", STALE_ATTEMPT: "LOST" };

/** The real verbs on a real database, told what to do in the model's words. */
export class World {
  readonly #own: Subject;
  /** By image, every job it ever had. */
  readonly #images: { readonly imageId: string; readonly jobIds: string[] }[] = [];

  constructor(own: Subject) {
    this.#own = own;
  }

  /** Does it and says how it ended, once the caller has looked at the world. */
  async perform(chosen: Chosen): Promise<() => string> {
    try {
      if (chosen.verb === "claim") return await this.#claim();
      await this.#perform(chosen);
      return () => "OK";
    } catch (error) {
      if (!(error instanceof TilewrightError)) throw error;
      const refusal = sameRefusals[error.code] ?? error.code;
      return () => (chosen.claim && refusal === "GONE" ? "LOST" : refusal);
    }
  }

  /** The jobs as the database has them, in the model's words. */
  async look(): Promise<Model["images"]> {
    const { table, prisma, domain } = this.#own;
    const rows = await prisma.$queryRaw<(ModelJob & { id: string; imageId: string })[]>`
      SELECT job.id::text, job.image_id::text AS "imageId", job.status::text, attempt, max_attempts AS "maxAttempts",
        failure_code::text AS "failureCode", stage_fraction AS "stageFraction",
        coalesce(lease_expires_at < now(), false) AS "isExpired",
        CASE WHEN status <> 'PENDING' OR message.state IS DISTINCT FROM 'created' THEN 'NONE'
          WHEN message.start_after > now() THEN 'LATER' ELSE 'DUE' END AS message
      FROM ${Prisma.raw(table.names.jobs)} AS job
      LEFT JOIN pgboss.job AS message ON message.name = ${table.names.queue} AND message.id = job.id ORDER BY job.id`;
    return this.#images.map(({ imageId, jobIds }) => {
      const own = rows.filter((row) => row.imageId === imageId);
      for (const { id } of own) if (!jobIds.includes(id)) jobIds.push(id);
      const jobs = own.map(({ id: _, imageId: __, failureCode, ...job }) => ({
        ...job,
        // Each domain has faults of the data of its own.
        failureCode: domain.failures.kinds[failureCode ?? ""]?.family === "data" ? "DATA" : failureCode,
      }));
      return jobs.length > 0 ? jobs : null;
    });
  }

  /** What is against the invariants, once the maintenance has had its turn. */
  async violations(): Promise<unknown[]> {
    const { domain, ports, prisma, table } = this.#own;
    await releaseExpiredJobs(domain.jobsOf(ports));
    await domain.jobsOf(ports).reconcileQueue(1_000);
    const imageIds = this.#images.map(({ imageId }) => imageId);
    const options = { now: new Date(), recoveryMs: 60_000, isSettled: false };
    return [...(await readJobs(prisma, table, imageIds))].flatMap(([imageId, jobs]) =>
      checkJobs(imageId, { rules: domain, jobs }, options),
    );
  }

  /** Leaves nothing to the sequence that comes next. */
  async end(): Promise<void> {
    await this.#own.prisma.$executeRaw`WITH images AS (DELETE FROM images) DELETE FROM pgboss.job`;
  }

  async #claim(): Promise<() => string> {
    const { domain, ports, kinds } = this.#own;
    const { assignment } = await claimJob(domain, ports, { workerId: "worker", waitMs: 0, kinds }, never);
    return () => {
      if (!assignment) return "NOTHING";
      const image = this.#images.findIndex(({ imageId }) => imageId === assignment.imageId);
      const job = this.#images[image]?.jobIds.indexOf(assignment.jobId) ?? -1;
      return nameOf({ image, job, attempt: assignment.attempt });
    };
  }

  async #perform({ verb, image, claim, fraction }: Chosen): Promise<unknown> {
    const { domain, ports, prisma, table, dataFault } = this.#own;
    const imageId = this.#images[image]?.imageId ?? "";
    const jobId = this.#images[image]?.jobIds.at(-1) ?? "";
    const held = claim && this.#held(claim);
    const { jobs, queue } = table.names;
    switch (verb) {
      case "submit":
        return this.#submit();
      case "beat":
        return held && heartbeatJob(domain, ports, { ...this.#own.progress, ...held, ...this.#stage(fraction) });
      case "complete":
        return held && this.#complete(held);
      case "failByData":
        return held && failJob(domain, ports, { ...held, code: dataFault, reason: "A test." });
      case "failBySystem":
        return (
          held &&
          failJob(domain, ports, { ...held, code: "STORAGE_UNAVAILABLE", reason: "A test." }).then(() =>
            this.#stretchPauses(),
          )
        );
      case "handBack":
        return held && handBackJob(domain, ports, held);
      case "cancel":
        return cancelJob(domain, ports, { jobId });
      case "retry":
        return retryJob(domain, ports, { jobId });
      case "delete":
        if (await ports.images.delete(imageId)) return undefined;
        throw new TilewrightError("IMAGE_NOT_FOUND");
      case "expire":
        return prisma.$executeRawUnsafe(
          `UPDATE ${jobs} SET lease_expires_at = now() - interval '1 s' WHERE id = '${jobId}' AND status = 'IN_PROGRESS'`,
        );
      case "stray":
        return prisma.$executeRawUnsafe(
          `INSERT INTO pgboss.job (id, name, policy) VALUES ('${jobId}', '${queue}', 'standard') ON CONFLICT DO NOTHING`,
        );
      case "reap":
        return releaseExpiredJobs(domain.jobsOf(ports));
      case "reconcile":
        return domain.jobsOf(ports).reconcileQueue(100);
      case "loseMessages":
        return prisma.$executeRaw`DELETE FROM pgboss.job`;
      case "pausesEnd":
        return prisma.$executeRaw`UPDATE pgboss.job SET start_after = now() - interval '1 s'`;
      default:
        return undefined;
    }
  }

  #held({ image, job, attempt }: ModelClaim) {
    const { imageId = "", jobIds = [] } = this.#images[image] ?? {};
    return { imageId, jobId: jobIds[job] ?? "", attempt };
  }

  #stage(stageFraction: number) {
    return { stage: this.#own.domain.stages[1], stageFraction };
  }

  async #submit(): Promise<void> {
    const { imageId, jobId } = await this.#own.submit();
    this.#images.push({ imageId, jobIds: [jobId] });
  }

  #complete({ imageId, jobId, attempt }: { imageId: string; jobId: string; attempt: number }): Promise<unknown> {
    const { domain, ports, publish, complete } = this.#own;
    const end = { jobId, attempt, metadataPath: resultKey(domain.place, { imageId, jobId, attempt }) };
    publish(end.metadataPath);
    return completeJob(domain, ports, end, () => complete(end, end.metadataPath));
  }

  /** A pause of one second would be over by itself when the machine is busy. */
  async #stretchPauses(): Promise<void> {
    await this.#own.prisma.$executeRaw`
      UPDATE pgboss.job SET start_after = start_after + interval '1 hour' WHERE start_after > now()`;
  }
}
