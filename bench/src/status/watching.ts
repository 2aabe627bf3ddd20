import { cpuMsOf } from "../measured-run.ts";
import { residentMegabytes } from "./child.ts";
import { get, type Polled, poll } from "./poll.ts";
import type { WatchedRows } from "./watched-rows.ts";

const input = (value: unknown) => encodeURIComponent(JSON.stringify(value));

/** How a poll is asked for: by whom, and for how many jobs. */
export interface Way {
  readonly name: string;
  readonly jobsPerCall: number;
  next(jobIds: readonly string[]): { readonly request: string; readonly take?: (body: string) => void };
}

const anyOf = (jobIds: readonly string[]): string => jobIds[Math.floor(Math.random() * jobIds.length)] ?? "";

export const single: Way = {
  name: "getStatus",
  jobsPerCall: 1,
  next: (jobIds) => ({ request: get(`/trpc/tiling.getStatus?input=${input({ jobId: anyOf(jobIds) })}`) }),
};

/** As the page and the client poll: each watcher names the version that it was told last. */
export function knowing(): Way {
  const known = new Map<string, number>();
  return {
    name: "getStatuses of one, its version known",
    jobsPerCall: 1,
    next(jobIds) {
      const jobId = anyOf(jobIds);
      const knownVersion = known.get(jobId);
      const asked = { jobId, ...(knownVersion !== undefined && { knownVersion }) };
      const request = get(`/trpc/tiling.getStatuses?input=${input({ jobs: [asked] })}`);
      return { request, take: (body) => known.set(jobId, Number(/"version":(\d{1,10})/.exec(body)?.[1])) };
    },
  };
}

export const hundred: Way = {
  name: "getStatuses of 100, versions known",
  jobsPerCall: 100,
  next(jobIds) {
    const jobs = Array.from({ length: 100 }, () => ({ jobId: anyOf(jobIds), knownVersion: 1 }));
    const body = JSON.stringify({ jobs });
    const head = `POST /trpc/tiling.getStatuses HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json`;
    return { request: `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}` };
  },
};

export interface Watching extends Polled {
  readonly queriesPerThousand: number;
  /** Of the server's process, without the database's. */
  readonly cpuMsPerThousand: number;
  readonly residentMegabytes: readonly [before: number, after: number];
}

const settleMs = 2_000;

/** Polls for a while after a warm-up, and counts what that costs the database and the server. */
export async function watch(
  rows: WatchedRows,
  server: { readonly port: number; readonly pid: number },
  way: Way,
  jobIds: readonly string[],
  { connections, forMs }: { readonly connections: number; readonly forMs: number },
): Promise<Watching> {
  await poll(server.port, { connections, forMs: forMs / 3 }, () => way.next(jobIds));
  const before = await residentMegabytes(server.pid);
  const transactionsBefore = await rows.transactions(settleMs);
  const cpuBeforeMs = await cpuMsOf(server.pid);
  const polled = await poll(server.port, { connections, forMs }, () => way.next(jobIds));
  const cpuMs = (await cpuMsOf(server.pid)) - cpuBeforeMs;
  const after = await residentMegabytes(server.pid);
  const transactions = (await rows.transactions(settleMs)) - transactionsBefore;
  const polls = polled.perSecond * way.jobsPerCall;
  const thousands = (polls * forMs) / 1e6;
  return {
    ...polled,
    perSecond: polls,
    queriesPerThousand: transactions / thousands,
    cpuMsPerThousand: cpuMs / thousands,
    residentMegabytes: [before, after],
  };
}
