import { randomUUID } from "node:crypto";
import type { TilingJob } from "@tilewright/core/tiling";
import { createRepositories, queues } from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing/index.ts";

export interface TestRepositories extends ReturnType<typeof createRepositories> {
  readonly database: TestDatabase["database"];
  /** Puts a job in line, as a completed upload does. */
  submit(): Promise<TilingJob>;
  /** Ids and states of what waits in the queue. */
  messages(): Promise<{ id: string; state: string }[]>;
  drop(): Promise<void>;
}

/** The repositories on a database of a test's own. */
export async function createTestRepositories(): Promise<TestRepositories> {
  const { database, drop } = await createTestDatabase({ queues });
  const repositories = createRepositories(database);
  return {
    ...repositories,
    database,
    drop,
    async submit() {
      const uploadId = repositories.newId();
      const upload = {
        uploadId,
        imageId: repositories.newId(),
        fileName: "slide.tif",
        sizeBytes: 1,
        partSizeBytes: 1,
        partCount: 1,
        sourceKey: randomUUID(),
        storageUploadId: randomUUID(),
        metadata: {},
      };
      await repositories.uploads.create(upload, { count: 1_000, sizeBytes: 1_000 });
      await repositories.uploads.complete(uploadId, 3);
      const job = await repositories.jobs.tiling.find({ imageId: upload.imageId });
      if (!job) throw new Error("The upload could not be completed.");
      return job;
    },
    messages: () => database.prisma.$queryRaw`SELECT id::text, state::text FROM pgboss.job ORDER BY id`,
  };
}
