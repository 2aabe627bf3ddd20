import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { UploadOptions } from "@tilewright/client";
import type { JobDomain } from "@tilewright/core";
import { applyMigrations, connectDatabase, type Database, jobTables } from "@tilewright/db";
import { freePort } from "@tilewright/e2e/free-port";
import { Api } from "./api.ts";
import { Balancer } from "./balancer.ts";
import { type Acknowledged, Ledger } from "./ledger.ts";
import { type Picture, read } from "./pictures.ts";
import { Postgres } from "./postgres.ts";
import { type Claim, Watcher } from "./watcher.ts";
import { Worker, type WorkerOptions } from "./worker.ts";

export interface StageOptions {
  readonly apis: number;
  /** Further workers can be added while it runs. */
  readonly workers: number;
  /** Settings of the servers, beside the defaults of the product. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Somebody was interrupted in the middle of an attempt. */
export interface Interruption extends Claim {
  readonly atMs: number;
}

/** Of a client's tries, each of which takes about a minute. */
const mostRounds = 10;

const secrets = { WORKER_TOKEN: "the worker token of the kill test", SIGNING_SECRET: "the secret of the kill test" };

/** Of stages that are open: a run that is ended early leaves none behind. */
const directories = new Set<string>();
process.once("exit", () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

/** The product in real processes on loopback, with a directory of its own, and what it has acknowledged. */
export class Stage {
  readonly directory: string;
  readonly postgres: Postgres;
  readonly database: Database;
  readonly watcher: Watcher;
  readonly apis: Api[] = [];
  readonly workers: Worker[] = [];
  readonly ledger = new Ledger();
  readonly interruptions: Interruption[] = [];
  /** Measured by the fault itself, where no attempt was interrupted. */
  readonly recoveryMs: number[] = [];
  readonly violations: string[] = [];
  /** Where workers find the servers. */
  #balancer: Balancer | undefined;
  /** The number of faults at which the one under way stops, and when it does so anyway. */
  #enough = 0;
  #deadlineMs = 0;
  injected = 0;
  staleWrites = 0;

  private constructor(directory: string, postgres: Postgres, database: Database) {
    this.directory = directory;
    this.postgres = postgres;
    this.database = database;
    this.watcher = new Watcher(database.prisma);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), "tilewright-chaos-"));
    directories.add(directory);
    const postgres = await Postgres.start(join(directory, "postgres"));
    await applyMigrations(postgres.url);
    // Its connections are lost whenever the database crashes.
    const database = await connectDatabase(postgres.url, { bossRole: "client", queues: [], onError: () => {} });
    const stage = new Stage(directory, postgres, database);
    await stage.#startApis(options);
    for (let index = 0; index < options.workers; index += 1) stage.addWorker();
    return stage;
  }

  /** @param budgetMs no new faults after this, even if fewer than `times` have happened. */
  aimAt(times: number, budgetMs: number): void {
    this.#enough = this.injected + times;
    this.#deadlineMs = performance.now() + budgetMs;
  }

  /** Enough faults have happened, or it has taken long enough. */
  get hasEnough(): boolean {
    return this.injected >= this.#enough || performance.now() > this.#deadlineMs;
  }

  get storageUrl(): string {
    return pathToFileURL(join(this.directory, "storage")).href;
  }

  api(index: number): Api {
    const api = this.apis[index % this.apis.length];
    if (!api) throw new Error("The stage has no server.");
    return api;
  }

  /** Starts one more worker, which finds whatever server is there. */
  addWorker({ environment = {}, ...options }: Partial<WorkerOptions> = {}): Worker {
    const index = this.workers.length;
    const worker = new Worker(`worker-${index + 1}`, {
      ...options,
      environment: {
        SERVER_URL: this.#balancer?.address ?? this.api(0).address,
        WORKER_TOKEN: secrets.WORKER_TOKEN,
        STORAGE_URL: this.storageUrl,
        LOG_FILE: join(this.directory, "logs", `worker-${index + 1}.log`),
        ...environment,
      },
    });
    worker.start();
    this.workers.push(worker);
    return worker;
  }

  /** The job of a claim, if it is of that domain. */
  async jobOf(domain: JobDomain, { jobId }: Claim) {
    const [job] = await jobTables[domain].find(this.database.prisma, { where: { id: jobId }, orderBy: { id: "asc" } });
    return job ? { ...job, domain } : null;
  }

  workerOf({ workerId }: Claim): Worker {
    const worker = this.workers.find(({ id }) => id === workerId);
    if (!worker) throw new Error(`Nobody knows the worker ${workerId}.`);
    return worker;
  }

  /** Uploads a picture as a client does, and remembers the answer. */
  async submit(picture: Picture, { api = this.api(0), end = "COMPLETED", ...upload }: Submission = {}) {
    const { imageId, jobId } = await api.client.uploadImage(await read(picture), { fileName: picture.name, ...upload });
    const entry: Acknowledged = { imageId, jobId, picture, end, atMs: Date.now() };
    this.ledger.add(entry);
    return entry;
  }

  /** A client gives up after a minute or so; whoever sits before it resumes the same upload, again and again. */
  async submitAtAnyCost(picture: Picture, submission: Submission): Promise<Acknowledged> {
    let uploadId: string | undefined;
    const onOpen = (upload: { uploadId: string }) => {
      uploadId = upload.uploadId;
    };
    for (let round = 1; ; round += 1) {
      try {
        return await this.submit(picture, { ...submission, uploadId, onOpen });
      } catch (error) {
        if (round === mostRounds) throw error;
      }
    }
  }

  /** Keeps `count` jobs active until `isDone`. */
  async keepBusy(picture: Picture, count: number, isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      if (this.watcher.activeCount < count) await this.submit(picture);
      await this.watcher.until(() => isDone() || this.watcher.activeCount < count, 60_000);
    }
  }

  interrupted(claim: Claim): void {
    this.interruptions.push({ ...claim, atMs: Date.now() });
  }

  async close(): Promise<void> {
    this.watcher.stop();
    this.#balancer?.close();
    await Promise.all([...this.workers, ...this.apis].map((program) => program.kill()));
    await this.database.close();
    await this.postgres.stop();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
    directories.delete(this.directory);
  }

  async #startApis({ apis, settings = {} }: StageOptions): Promise<void> {
    for (let index = 0; index < apis; index += 1) {
      const environment = {
        ...secrets,
        DATABASE_URL: this.postgres.url,
        STORAGE_URL: this.storageUrl,
        DATA_DIRECTORY: join(this.directory, `server-${index + 1}`),
        // Every slide is to be sent and tiled, however often the same picture comes.
        SHARE_SAME_BYTES: "false",
        // Each tiling is followed by an analysis, which befalls the same.
        ANALYSE_EACH: "quality",
        ...settings,
      };
      this.apis.push(new Api(await freePort(), environment));
    }
    await Promise.all(this.apis.map((api) => api.start()));
    this.#balancer = await Balancer.open(this.apis.map(({ address }) => Number(new URL(address).port)));
  }
}

interface Submission extends UploadOptions {
  /** Its parts and its completion go to this one. */
  readonly api?: Api;
  readonly end?: Acknowledged["end"];
}
