// Audits stored pyramids, tells of every broken one, has it made again, and exits with 1 if there was one.
import "../end-in-a-sentence.ts";
import { parseArgs } from "node:util";
import { type Ports, shownName } from "@tilewright/core";
import { connectDatabase, createRepositories, queues } from "@tilewright/db";
import { openObjectStore } from "@tilewright/storage";
import { readEnv } from "../env.ts";
import { numberOption } from "../number-option.ts";
import { settingsOf } from "../settings.ts";
import { auditPyramids, type BrokenPyramid } from "./audit-pyramids.ts";

const { values } = parseArgs({
  options: {
    /** How much to read, in bytes: those that have waited longest. All by default. */
    "most-bytes": { type: "string", default: String(Number.MAX_SAFE_INTEGER) },
  },
});

const mostBytes = numberOption("most-bytes", values["most-bytes"], Number.MAX_SAFE_INTEGER);
const env = readEnv();
if (!env.DATABASE_URL) throw new Error("DATABASE_URL is not set.");
const database = await connectDatabase(env.DATABASE_URL, {
  bossRole: "client",
  queues,
  onError: (error) => say(`The database connection failed: ${error.message}`),
});
try {
  const ports: Ports = {
    ...createRepositories(database, { kinds: env.ANALYSE_EACH, maxAttempts: env.MAX_ATTEMPTS }),
    // Receives no uploads, so there is nothing to sign.
    objects: await openObjectStore(env.STORAGE_URL, ""),
    settings: settingsOf(env),
    random: Math.random,
    now: () => new Date(),
  };
  const { audited, broken } = await auditPyramids(ports, mostBytes, new AbortController().signal);
  broken.forEach(tell);
  say(`${audited} pyramids audited: ${broken.length === 0 ? "all are whole." : `${broken.length} broken.`}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  await database.close();
}

function tell({ job, damage, replacement }: BrokenPyramid): void {
  say(`job ${job.jobId}  image ${job.imageId}  ${shownName(job.datasetName)}: ${damage}`);
  if (replacement) say(`  job ${replacement.jobId} is in line to make it again.`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
