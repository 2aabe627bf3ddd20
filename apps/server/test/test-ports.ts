import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Ports } from "@tilewright/core";
import { completeUpload, createUpload, partNumbers } from "@tilewright/core/upload";
import { createRepositories, queues } from "@tilewright/db";
import { createTestDatabase, type TestDatabase } from "@tilewright/db/testing";
import { defaultSettings } from "@tilewright/pyramid";
import { DiskObjectStore } from "@tilewright/storage";

export interface TestPorts {
  readonly ports: Ports;
  readonly database: TestDatabase["database"];
  readonly url: string;
  /** Where the store lies. */
  readonly directory: string;
  drop(): Promise<void>;
}

/** The real ports on a database and a directory of their own, without a server: nothing happens by itself. */
export async function createTestPorts(): Promise<TestPorts> {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-ports-"));
  const { url, database, drop } = await createTestDatabase({ queues });
  const ports: Ports = {
    ...createRepositories(database),
    objects: await DiskObjectStore.open({ directory, signingSecret: "a secret of this test" }),
    settings: {
      maxSourceBytes: 2 ** 40,
      mostOpenUploads: { count: 1_000, sizeBytes: 2 ** 50 },
      maxAttempts: 3,
      leaseMs: 60_000,
      heartbeatMs: 1_000,
      sharesSameBytes: true,
      pyramid: defaultSettings,
    },
    random: Math.random,
    now: () => new Date(),
  };
  return {
    ports,
    database,
    url,
    directory,
    async drop() {
      await drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An upload of one byte with all of its parts. */
export async function openUpload({ ports, directory }: TestPorts) {
  const upload = await createUpload(ports, { fileName: "slide.tif", sizeBytes: 1, metadata: {} });
  const row = await ports.uploads.find(upload.uploadId);
  if (!row) throw new Error("The upload has no row.");
  const store = await DiskObjectStore.open({ directory, signingSecret: "a secret of this test" });
  for (const partNumber of partNumbers(upload)) {
    const { url } = await store.signPart({ key: row.sourceKey, storageUploadId: row.storageUploadId }, partNumber, 1);
    await store.acceptPart(url, 1, Readable.from([Buffer.from("x")]));
  }
  return row;
}

export async function submit(own: TestPorts, sha256?: string) {
  const { uploadId } = await openUpload(own);
  return completeUpload(own.ports, { uploadId, sizeBytes: 1, sha256 });
}
