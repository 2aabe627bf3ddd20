import { isTerminal } from "@tilewright/core/jobs";
import type { ObjectStore } from "@tilewright/core/storage";
import type { TilingFailureCode } from "@tilewright/core/tiling";
import { openHistories, Prisma, tables } from "@tilewright/db";
import { checkInvariants } from "@tilewright/server/invariants";
import { openObjectStore } from "@tilewright/storage";
import type { Outcome } from "../outcome.ts";
import type { Acknowledged } from "./ledger.ts";
import type { Stage } from "./stage.ts";
import { undisturbedDigest } from "./undisturbed.ts";

const recoveryMs = 15_000;

type Row = {
  id: string;
  status: "PENDING" | "IN_PROGRESS" | "COMPLETED" | "FAILED";
  failureCode: TilingFailureCode | null;
  metadataPath: string | null;
};

/**
 * Waits until all that was acknowledged has ended, and says what became of it.
 *
 * @param stalledMs when no job ended for so long, those that are left are stuck.
 */
export async function judge(stage: Stage, stalledMs: number): Promise<Omit<Outcome, "seed" | "seconds">> {
  await settle(stage, stalledMs);
  const { entries } = stage.ledger;
  const rows = await readRows(stage);
  const rowOf = ({ jobId }: Acknowledged) => rows.get(jobId);
  const isActive = (row: Row | undefined) => row !== undefined && !isTerminal(row.status);
  const objects = await openObjectStore(stage.storageUrl, "reads only");

  const histories = openHistories(stage.postgres.url, () => {});
  const { violations } = await checkInvariants(histories, objects, { recoveryMs, isSettled: true }).finally(() =>
    histories.close(),
  );
  const wrongEnds = entries.flatMap((entry) => wrongEnd(entry, rowOf(entry)) ?? []);
  const differing = await countDiffering(objects, entries, rows);
  return {
    injected: stage.injected,
    jobs: entries.length,
    lost: entries.filter((entry) => !rowOf(entry)).length,
    stuck: entries.filter((entry) => isActive(rowOf(entry))).length,
    wrongEnds,
    staleWrites: stage.staleWrites,
    differing,
    violations: [
      ...stage.violations,
      ...stage.watcher.violations,
      ...violations.map(({ invariant, jobId, imageId, what }) => `${invariant}  ${jobId ?? imageId}  ${what}`),
    ],
    recoveryMs: [...stage.recoveryMs, ...(await restarts(stage))],
  };
}

/** By what the manifests say; whether that is true of the objects is an invariant of its own. */
async function countDiffering(objects: ObjectStore, entries: readonly Acknowledged[], rows: ReadonlyMap<string, Row>) {
  let count = 0;
  for (const { jobId, picture } of entries) {
    const { status, metadataPath } = rows.get(jobId) ?? {};
    if (status !== "COMPLETED" || !metadataPath || !(await objects.head(metadataPath))) continue;
    const text = Buffer.concat(await Array.fromAsync(objects.get(metadataPath))).toString("utf8");
    if (JSON.parse(text).pyramid.sha256 !== (await undisturbedDigest(picture))) count += 1;
  }
  return count;
}

async function settle({ watcher }: Stage, stalledMs: number): Promise<void> {
  let isMoving = true;
  while (isMoving && watcher.activeCount > 0) {
    const before = watcher.activeCount;
    isMoving = await watcher.until(() => watcher.activeCount < before, stalledMs);
  }
}

function wrongEnd({ jobId, end, picture }: Acknowledged, row: Row | undefined): string | null {
  if (!row || !isTerminal(row.status)) return null;
  const reached = row.failureCode ?? row.status;
  return reached === end ? null : `Job ${jobId} (${picture.name}) ended as ${reached}, not as ${end}.`;
}

/** The jobs of all domains, by their ids. */
async function readRows({ database }: Stage): Promise<Map<string, Row>> {
  const rows = await Promise.all(
    tables.map(
      ({ names }) => database.prisma.$queryRaw<Row[]>`
        SELECT id::text, status::text, failure_code::text AS "failureCode", metadata_path AS "metadataPath"
        FROM ${Prisma.raw(names.jobs)}`,
    ),
  );
  return new Map(rows.flat().map((row) => [row.id, row]));
}

/** From each interruption to the job's next claim. An attempt that had just ended needed none. */
async function restarts({ interruptions, database }: Stage): Promise<number[]> {
  const times: number[] = [];
  for (const { jobId, attempt, atMs } of interruptions) {
    for (const { names } of tables) {
      const [next] = await database.prisma.$queryRaw<{ at: Date }[]>`
        SELECT at FROM ${Prisma.raw(names.events)}
        WHERE job_id = ${jobId}::uuid AND "to" = 'IN_PROGRESS' AND attempt = ${attempt + 1} LIMIT 1`;
      if (next) times.push(next.at.getTime() - atMs);
    }
  }
  return times;
}
