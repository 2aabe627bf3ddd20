import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DiskObjectStore } from "@tilewright/storage";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemFailureOf } from "../src/jobs/failure.ts";
import type { ClaimRequest, JobAssignment, JobHandler, StageProgress } from "../src/jobs/job-handler.ts";
import { jobSource } from "../src/jobs/job-source.ts";
import { runJobs } from "../src/jobs/run-jobs.ts";
import type { Workplace } from "../src/jobs/workplace.ts";

let workplace: Workplace;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-domains-"));
  workplace = {
    workerId: "of two trades",
    objects: await DiskObjectStore.open({ directory, signingSecret: "nothing is signed here" }),
    scratchDirectory: join(directory, "scratch", "mine"),
    logger: pino({ level: "silent" }),
  };
});
afterAll(() => rm(join(workplace.scratchDirectory, "..", ".."), { recursive: true, force: true }));

/** What became of each job, in order, over all domains. */
type Outcomes = string[];

/** A domain whose server hands out what is put in line, and waits for more where a call may wait. */
class Domain implements JobHandler<JobAssignment, string, StageProgress, string> {
  readonly firstProgress = { stage: "WORKING", stageFraction: 0 };
  readonly asked: ClaimRequest[] = [];
  readonly #name: string;
  readonly #outcomes: Outcomes;
  readonly #line: number[] = [];
  #waiting = Promise.withResolvers<void>();
  onAsked: (request: ClaimRequest) => void = () => {};

  constructor(name: string, outcomes: Outcomes, ...line: number[]) {
    this.#name = name;
    this.#outcomes = outcomes;
    this.#line.push(...line);
  }

  put(job: number): void {
    this.#line.push(job);
    this.#waiting.resolve();
    this.#waiting = Promise.withResolvers();
  }

  async claim(request: ClaimRequest, signal: AbortSignal): Promise<JobAssignment | null> {
    this.asked.push(request);
    this.onAsked(request);
    if (this.#line.length === 0 && request.waitMs !== 0) {
      const gone = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => gone.reject(signal.reason), { once: true });
      await Promise.race([this.#waiting.promise, gone.promise]);
    }
    const job = this.#line.shift();
    if (job === undefined) return null;
    const jobId = `${this.#name}${job}`;
    return { jobId, imageId: "", attempt: 1, outputPrefix: "none/", leaseMs: 60_000, heartbeatMs: 60_000 };
  }

  heartbeat = async () => ({ leaseMs: 60_000 });
  work = async ({ assignment }: { readonly assignment: JobAssignment }) => assignment.jobId;
  failureOf = systemFailureOf;
  markComplete = async (_: unknown, jobId: string) => this.#outcomes.push(jobId);
  markFailed = async () => {};
  handBack = async ({ jobId }: { readonly jobId: string }) => this.#outcomes.push(`${jobId} handed back`);
  close = async () => {};
}

/** Works until `expected` outcomes are there. */
async function outcomesOf(outcomes: Outcomes, expected: number, ...domains: Domain[]): Promise<Outcomes> {
  const stop = new AbortController();
  const running = runJobs(
    domains.map((domain) => jobSource("tiling", domain, workplace)),
    workplace,
    60_000,
    stop.signal,
  );
  await expect.poll(() => outcomes.length, { timeout: 90_000 }).toBe(expected);
  stop.abort(new Error("The test is over."));
  await running;
  return outcomes;
}

test("while there is work in both, domains take turns, and nothing is given back", async () => {
  const outcomes: Outcomes = [];
  const [a, b] = [new Domain("a", outcomes, 1, 2, 3), new Domain("b", outcomes, 1, 2)];
  expect(await outcomesOf(outcomes, 5, a, b)).toEqual(["a1", "b1", "a2", "b2", "a3"]);
});

test("a worker waits on all domains at once", async () => {
  const outcomes: Outcomes = [];
  const [a, b] = [new Domain("a", outcomes), new Domain("b", outcomes)];
  const areAsked = () => a.asked.length >= 2 && b.asked.length >= 2;
  a.onAsked = b.onAsked = () => {
    if (areAsked() && outcomes.length === 0) queueMicrotask(() => b.put(1));
    a.onAsked = b.onAsked = areAsked() ? () => {} : a.onAsked;
  };
  expect(await outcomesOf(outcomes, 1, a, b)).toEqual(["b1"]);
});

test("of two jobs at the same moment one is worked on, and the other is there for another worker", async () => {
  const outcomes: Outcomes = [];
  const [a, b] = [new Domain("a", outcomes), new Domain("b", outcomes)];
  b.onAsked = ({ waitMs }) => {
    if (waitMs === 0) return;
    b.onAsked = () => {};
    queueMicrotask(() => {
      a.put(1);
      b.put(1);
    });
  };
  expect((await outcomesOf(outcomes, 2, a, b)).toSorted()).toEqual(["a1", "b1 handed back"]);
});

test("a worker that is stopped goes when what it can't work on has been given back", async () => {
  const outcomes: Outcomes = [];
  const [a, b] = [new Domain("a", outcomes), new Domain("b", outcomes, 1)];
  const stop = new AbortController();
  const claim = b.claim.bind(b);
  b.claim = async (request, signal) => {
    if (request.waitMs === 0) return null;
    // Its answer is on its way when the worker is told to stop.
    stop.abort(new Error("The worker was stopped."));
    await nextTurn();
    return claim(request, signal);
  };
  const handBack = b.handBack;
  b.handBack = (held) => nextTurn().then(() => handBack(held));
  await runJobs([jobSource("tiling", a, workplace), jobSource("tiling", b, workplace)], workplace, 60_000, stop.signal);
  expect(outcomes).toEqual(["b1 handed back"]);
});

test("a job that was granted just when the question was withdrawn is given back", async () => {
  const outcomes: Outcomes = [];
  const [a, b] = [new Domain("a", outcomes), new Domain("b", outcomes)];
  const claim = b.claim.bind(b);
  let granted: { readonly claimId: string; readonly assignment: JobAssignment | null } | null = null;
  b.claim = async (request, signal) => {
    if (request.claimId === granted?.claimId) return granted.assignment;
    if (request.waitMs === 0 || granted) return claim(request, signal);
    b.put(1);
    granted = { claimId: request.claimId, assignment: await claim(request, signal) };
    a.put(1);
    const withdrawn = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => withdrawn.reject(signal.reason), { once: true });
    return withdrawn.promise;
  };
  expect((await outcomesOf(outcomes, 2, a, b)).toSorted()).toEqual(["a1", "b1 handed back"]);
});

test("a domain that this server does not know keeps no other from its work", async () => {
  const outcomes: Outcomes = [];
  const [a, b] = [new Domain("a", outcomes), new Domain("b", outcomes, 1, 2)];
  a.onAsked = () => {
    throw new Error("There is no such procedure.");
  };
  expect(await outcomesOf(outcomes, 2, a, b)).toEqual(["b1", "b2"]);
});

test("a question that got no answer is asked again under the same id, and another under another", async () => {
  const outcomes: Outcomes = [];
  const a = new Domain("a", outcomes, 1, 2);
  a.onAsked = () => {
    a.onAsked = () => {};
    throw new Error("The answer was lost.");
  };
  await outcomesOf(outcomes, 2, a);
  const [lost, again, next] = a.asked.map(({ claimId }) => claimId);
  expect(again).toBe(lost);
  expect(next).not.toBe(lost);
});

test("until there is a job all questions are one, so that none is granted to nobody", async () => {
  const outcomes: Outcomes = [];
  const [a, b] = [new Domain("a", outcomes, 1), new Domain("b", outcomes, 1, 2, 3)];
  await outcomesOf(outcomes, 4, a, b);
  const [granted, ...withoutJob] = a.asked.map(({ claimId }) => claimId);
  expect(withoutJob.length).toBeGreaterThan(1);
  expect(new Set(withoutJob).size).toBe(1);
  expect(withoutJob).not.toContain(granted);
});

test("with one domain, every question waits for as long as the server likes", async () => {
  const outcomes: Outcomes = [];
  const a = new Domain("a", outcomes, 1, 2);
  await outcomesOf(outcomes, 2, a);
  expect(new Set(a.asked.map(({ waitMs }) => waitMs))).toEqual(new Set([undefined]));
});
