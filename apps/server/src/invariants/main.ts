// Checks the invariants on a database and a store, lists every violation and exits with 1 if there is one.
import "../end-in-a-sentence.ts";
import { parseArgs } from "node:util";
import { invariants, type Violation } from "@tilewright/core/jobs";
import { openHistories } from "@tilewright/db";
import { openObjectStore } from "@tilewright/storage";
import { readEnv } from "../env.ts";
import { numberOption } from "../number-option.ts";
import { checkInvariants } from "./check-invariants.ts";

const { values } = parseArgs({
  options: {
    /** How long a job may be without a live lease, in milliseconds. */
    "recovery-ms": { type: "string", default: "15000" },
    /** Share of the pyramids whose bytes are hashed, 0 to 1. */
    sample: { type: "string", default: "1" },
    /** No work is left: what is active is stuck. */
    settled: { type: "boolean", default: false },
  },
});

const recoveryMs = numberOption("recovery-ms", values["recovery-ms"], Number.MAX_SAFE_INTEGER);
const hashedFraction = numberOption("sample", values.sample, 1);
const env = readEnv();
if (!env.DATABASE_URL) throw new Error("DATABASE_URL is not set.");
const histories = openHistories(env.DATABASE_URL, (error) => say(`The database connection failed: ${error.message}`));
try {
  // Only reads, so there is nothing to sign.
  const objects = await openObjectStore(env.STORAGE_URL, "");
  const report = await checkInvariants(histories, objects, {
    recoveryMs,
    hashedFraction,
    isSettled: values.settled,
  });
  report.violations.forEach(tell);
  const { images, jobs, events, resultsHashed, violations } = report;
  say(`${images} images, ${jobs} jobs, ${events} events and ${resultsHashed} results, byte by byte:`);
  say(violations.length === 0 ? "every invariant holds." : `${violations.length} violations.`);
  process.exitCode = violations.length === 0 ? 0 : 1;
} finally {
  await histories.close();
}

function tell({ invariant, imageId, jobId, what }: Violation): void {
  say(`${invariant}  ${jobId ? `job ${jobId}` : `image ${imageId}`}  ${what}  (${invariants[invariant]})`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
