import { type Ports, TilewrightError } from "@tilewright/core";
import { deleteImage } from "@tilewright/core/image";
import { checkHistory, reconcileQueues, releaseExpired, type Violation } from "@tilewright/core/jobs";
import { imageOfSource, reclaimObjects, sourceKey, sweepStore } from "@tilewright/core/storage";
import {
  cancelTiling,
  claimTiling,
  completeTiling,
  failTiling,
  getTilingStatus,
  handBackTiling,
  heartbeatTiling,
  manifestKey,
  pyramidKey,
  retryTiling,
  reuseTiling,
} from "@tilewright/core/tiling";
import {
  abortUpload,
  completeAssembledUploads,
  completeUpload,
  createUpload,
  type UploadState,
} from "@tilewright/core/upload";
import { createRepositories, type Histories } from "@tilewright/db";
import type { TestDatabase } from "@tilewright/db/testing";
import { Glossary } from "./glossary.ts";
import { look } from "./look.ts";
import { MemoryStore } from "./memory-store.ts";
import { type Chosen, type Claim, type Model, maxAttempts, tileCount } from "./model.ts";

const pyramid = {
  widthPx: 3,
  heightPx: 2,
  levelCount: 3,
  tileSizePx: 256,
  tileFormat: "jpeg",
  tileCount,
  sizeBytes: 9,
} as const;
const digest = "0123456789abcdef".repeat(4);
const settings = { tileSizePx: 256, tileFormat: "jpeg", quality: 80 } as const;
const told = { pyramid, settings, sourceSha256: digest };
const never = new AbortController().signal;

/** Refusals that tell a caller the same thing, whichever of two verbs at the same moment was first. */
const sameRefusals: Record<string, string> = {
  IMAGE_NOT_FOUND: "GONE",
  UPLOAD_NOT_FOUND: "GONE",
  UPLOAD_CLOSED: "GONE",
  STALE_ATTEMPT: "LOST",
};

/** The real verbs on a real database, told what to do in the model's words. */
export class World {
  readonly objects = new MemoryStore();
  readonly #database: TestDatabase["database"];
  readonly #ports: Ports;
  readonly #glossary = new Glossary();

  constructor(database: TestDatabase["database"]) {
    this.#database = database;
    this.#ports = {
      ...createRepositories(database),
      objects: this.objects,
      settings: {
        maxSourceBytes: 2 ** 40,
        mostOpenUploads: { count: 1_000, sizeBytes: 2 ** 40 },
        maxAttempts,
        leaseMs: 600_000,
        heartbeatMs: 1_000,
        sharesSameBytes: true,
        pyramid: settings,
      },
      random: () => 0,
      now: () => new Date(),
    };
  }

  /** Does it and says how it ended, once the caller has looked at the world with `look`. */
  async perform(chosen: Chosen): Promise<() => string> {
    try {
      if (chosen.verb.kind === "claim") return await this.#claim();
      if (chosen.verb.kind === "reuse" && chosen.claim) return await this.#reuse(chosen.claim);
      if (chosen.verb.kind === "drop") return await this.#open(digest);
      await this.#perform(chosen);
      return () => "OK";
    } catch (error) {
      if (!(error instanceof TilewrightError)) throw error;
      const isWorker = chosen.claim !== null && "claim" in chosen.verb;
      const refusal = error.code === "JOB_NOT_FOUND" ? (isWorker ? "LOST" : "GONE") : error.code;
      return () => sameRefusals[refusal] ?? refusal;
    }
  }

  /** The world as the database and the store have it. */
  look(): Promise<Pick<Model, "images" | "published">> {
    return look(this.#database.prisma, this.objects, this.#glossary);
  }

  /** What is against the invariants, once the maintenance has had its turn. */
  async violations(histories: Histories): Promise<Violation[]> {
    await releaseExpired(this.#ports);
    await reconcileQueues(this.#ports);
    const found: Violation[] = [];
    for await (const { now, histories: page } of histories.pages()) {
      const options = { now, recoveryMs: 0, isSettled: false };
      for (const history of page) found.push(...checkHistory(history, options));
    }
    return found;
  }

  /** What the store holds after a sweep although the model knows no owner of it, or does not hold although it does. */
  async unexplainedObjects({ images }: Model): Promise<string[]> {
    await this.#perform({ verb: { kind: "sweep" }, image: 0, claim: null });
    const expected = images.flatMap(({ phase, jobs, source }) => {
      const key = sourceKey(this.#glossary.uploads[source]?.imageId ?? "");
      if (phase === "UPLOADING") return [`parts of ${key}`];
      return phase === "ASSEMBLED" || jobs.length > 0 ? [key] : [];
    });
    const sources = [...this.objects.objects.keys()].filter((key) => imageOfSource(key) !== null);
    const parts = [...this.objects.multiparts.values()].map(({ key }) => `parts of ${key}`);
    const found = [...sources, ...parts];
    return [...found.filter((each) => !expected.includes(each)), ...expected.filter((each) => !found.includes(each))];
  }

  /** Leaves nothing to the sequence that comes next. */
  async end(): Promise<void> {
    await this.#database.prisma.$executeRaw`
      WITH images AS (DELETE FROM images), uploads AS (DELETE FROM uploads), reclaims AS (DELETE FROM reclaims)
      DELETE FROM pgboss.job`;
  }

  async #perform({ verb, image, claim }: Chosen): Promise<unknown> {
    const ports = this.#ports;
    const { prisma, boss } = this.#database;
    const upload = this.#glossary.uploads[image];
    const { imageId = "", uploadId = "" } = upload ?? {};
    const newestJob = this.#glossary.newestJobOf(image);
    const held = claim && { jobId: this.#glossary.jobIdOf(claim), attempt: claim.attempt };
    switch (verb.kind) {
      case "open":
        return this.#open();
      case "complete":
        return upload && completeUpload(ports, { uploadId, sizeBytes: 1 });
      case "abort":
        return upload && abortUpload(ports, { uploadId });
      case "assemble":
        return upload && this.#assemble(upload);
      case "recoverUploads":
        return completeAssembledUploads(ports, never);
      case "beat":
        return held && heartbeatTiling(ports, { ...held, stage: "TILING", tilesDone: verb.tilesDone, tilesTotal: 9 });
      case "publish":
        return claim && this.#publish(claim);
      case "markComplete":
        return (
          held && completeTiling(ports, { ...held, metadataPath: manifestKey(this.#glossary.prefixOf(claim)), ...told })
        );
      case "markFailed":
        return (
          held && failTiling(ports, { ...held, code: verb.code, reason: "A test." }).then(() => this.#stretchPauses())
        );
      case "handBack":
        return held && handBackTiling(ports, held);
      case "cancel":
        if (!newestJob) throw new TilewrightError("IMAGE_NOT_FOUND");
        return cancelTiling(ports, { jobId: newestJob });
      case "retry":
        return retryTiling(ports, { imageId });
      case "findBroken":
        return this.#findBroken(imageId);
      case "delete":
        return deleteImage(ports, { imageId });
      case "expire":
        return (
          newestJob &&
          prisma.$executeRaw`
          UPDATE tiling_jobs SET lease_expires_at = now() - interval '1 second'
          WHERE id = ${newestJob}::uuid AND status = 'IN_PROGRESS'`
        );
      case "reap":
        return releaseExpired(ports);
      case "reconcile":
        return reconcileQueues(ports);
      case "pausesEnd":
        return prisma.$executeRaw`UPDATE pgboss.job SET start_after = now()`;
      case "loseMessages":
        return prisma.$executeRaw`DELETE FROM pgboss.job`;
      case "strayMessage":
        return newestJob && boss.send("tile", { jobId: newestJob }, { id: newestJob });
      case "sweep":
        await reclaimObjects(ports, never);
        return sweepStore(ports, never);
      default:
        return undefined;
    }
  }

  async #claim(): Promise<() => string> {
    const { assignment } = await claimTiling(this.#ports, { workerId: "worker", waitMs: 0 }, never);
    return () => (assignment ? (this.#glossary.nameOf(assignment.jobId, assignment.attempt) ?? "UNKNOWN") : "NOTHING");
  }

  async #reuse(claim: Claim): Promise<() => string> {
    const held = { jobId: this.#glossary.jobIdOf(claim), attempt: claim.attempt };
    const status = await reuseTiling(this.#ports, { ...held, sourceSha256: digest, settings });
    return () => (status.status === "COMPLETED" ? `REUSED ${this.#glossary.publisherOf(status.metadataPath)}` : "OK");
  }

  /** Says whether the bytes were there already. */
  async #open(sha256?: string): Promise<() => string> {
    const upload = await createUpload(this.#ports, { fileName: "slide.tif", sizeBytes: 1, metadata: {}, sha256 });
    this.#glossary.addUpload(upload);
    if (upload.status === "COMPLETED") {
      const { metadataPath } = await getTilingStatus(this.#ports, { imageId: upload.imageId });
      return () => `REUSED ${this.#glossary.publisherOf(metadataPath)}`;
    }
    const [storageUploadId = ""] = [...this.objects.multiparts.keys()].slice(-1);
    this.objects.putPart({ key: "", storageUploadId }, { partNumber: 1, sizeBytes: 1, arrivedAt: new Date() });
    return () => "OK";
  }

  /** As far as a completion comes that dies between the store and the database. */
  async #assemble({ imageId }: UploadState): Promise<void> {
    const key = sourceKey(imageId);
    const [found] = [...this.objects.multiparts].filter(([, upload]) => upload.key === key);
    if (found) await this.objects.completeMultipart({ key, storageUploadId: found[0] });
  }

  async #findBroken(imageId: string): Promise<void> {
    const completed = { imageId, status: "COMPLETED" } as const;
    const row = await this.#database.prisma.tilingJob.findFirst({ where: completed, orderBy: { id: "desc" } });
    const job = row && (await this.#ports.jobs.tiling.find({ jobId: row.id }));
    if (job) await this.#ports.audits.record(job, "Broken by a test.", maxAttempts);
  }

  async #publish(claim: Claim): Promise<void> {
    const prefix = this.#glossary.prefixOf(claim);
    await this.objects.put(pyramidKey(prefix), new Uint8Array(9));
    await this.objects.put(manifestKey(prefix), new Uint8Array(2));
  }

  /** A pause of one second would be over by itself when the machine is busy. */
  async #stretchPauses(): Promise<void> {
    await this.#database.prisma.$executeRaw`
      UPDATE pgboss.job SET start_after = start_after + interval '1 hour' WHERE start_after > now()`;
  }
}
