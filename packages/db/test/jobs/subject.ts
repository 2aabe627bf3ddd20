import { randomUUID } from "node:crypto";
import type { Ports } from "@tilewright/core";
import type { Domain, Job } from "@tilewright/core/jobs";
import type { ObjectStore } from "@tilewright/core/storage";
import { createRepositories, type Database, queues } from "../../src/index.ts";
import type { JobTable } from "../../src/jobs/job-table.ts";
import { createTestDatabase } from "../../src/testing/index.ts";

/** A domain on a database of a test's own, with what the suite can't know of it. */
export interface Subject {
  readonly domain: Domain;
  readonly table: JobTable;
  readonly ports: Ports;
  readonly prisma: Database["prisma"];
  /** What a worker of this domain claims, where there are kinds. */
  readonly kinds?: readonly string[];
  /** What a heartbeat tells beside the stage. */
  readonly progress: object;
  /** A fault of the data. */
  readonly dataFault: string;
  /** An image, and a job on it that waits. */
  submit(): Promise<Job>;
  /** Ends the attempt that holds the job as COMPLETED; null when it does not hold it. */
  complete(held: { readonly jobId: string; readonly attempt: number }, metadataPath: string): Promise<Job | null>;
  /** Puts something there, as a worker does. */
  publish(key: string): void;
  drop(): Promise<void>;
}

/** The ports of a node on this database. */
export const portsOn = (database: Database, objects: ObjectStore): Ports => ({
  ...createRepositories(database),
  objects,
  settings: {
    maxSourceBytes: 2 ** 40,
    mostOpenUploads: { count: 1_000, sizeBytes: 2 ** 40 },
    maxAttempts: 2,
    leaseMs: 60_000,
    heartbeatMs: 1_000,
    sharesSameBytes: true,
    pyramid: { tileSizePx: 256, tileFormat: "jpeg", quality: 80 },
  },
  random: () => 0,
  now: () => new Date(),
});

/** The ports on a database of a test's own; what is published is only remembered. */
export async function openPorts(moreQueues: { name: string }[] = []) {
  const { database, drop } = await createTestDatabase({ queues: [...queues, ...moreQueues] });
  const published = new Set<string>();
  const objects: Partial<ObjectStore> = {
    head: async (key) => (published.has(key) ? { key, sizeBytes: 1, etag: "" } : null),
  };
  const ports = portsOn(database, objects as ObjectStore);
  return { ports, database, drop, publish: (key: string) => void published.add(key) };
}

/** An image whose first job is tiling's. */
export async function storeImage({ uploads, newId }: Ports): Promise<string> {
  const [uploadId, imageId] = [newId(), newId()];
  const layout = { sizeBytes: 1, partSizeBytes: 1, partCount: 1 };
  const stored = { sourceKey: randomUUID(), storageUploadId: randomUUID() };
  const upload = { uploadId, imageId, fileName: "slide.tif", metadata: {}, ...layout, ...stored };
  await uploads.create(upload, { count: 1_000, sizeBytes: 1_000 });
  await uploads.complete(uploadId, 2);
  return imageId;
}
