import type { Job } from "@tilewright/core/jobs";
import type { Database } from "../../src/index.ts";
import { openPorts, type Subject, storeImage } from "./subject.ts";
import { ToyJobs, toyDomain, toyTable, toyTables } from "./toy.ts";

/** The toy's tables are in no migration: a test makes them. */
export async function openToy(): Promise<Subject & { readonly jobs: ToyJobs; readonly database: Database }> {
  const { ports, database, drop, publish } = await openPorts([{ name: toyTable.names.queue }]);
  for (const statement of toyTables) await database.prisma.$executeRawUnsafe(statement);
  const jobs = new ToyJobs(database);
  return {
    jobs,
    database,
    domain: toyDomain(jobs),
    table: toyTable,
    ports,
    prisma: database.prisma,
    kinds: ["ball"],
    progress: {},
    dataFault: "BROKEN",
    submit: async (): Promise<Job> => jobs.submit({ imageId: await storeImage(ports), kind: "ball" }),
    async complete(held) {
      const job = await jobs.find({ jobId: held.jobId });
      return job && jobs.complete({ ...held, imageId: job.imageId });
    },
    publish,
    drop,
  };
}
