import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type FaultName, faults } from "./faults.ts";
import { breaches, type Outcome } from "./outcome.ts";

export type Results = Partial<Record<FaultName, Outcome>>;

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const resultsPath = at("node_modules/.tilewright/chaos.json");
const reportPath = at("docs/reliability.md");

export async function readResults(): Promise<Results> {
  return JSON.parse(await readFile(resultsPath, "utf8").catch(() => "{}"));
}

export async function writeResults(results: Results): Promise<void> {
  await mkdir(dirname(resultsPath), { recursive: true });
  await writeFile(resultsPath, JSON.stringify(results));
}

/** Two runs of one fault, counted as one. */
export function merge(before: Outcome | undefined, after: Outcome): Outcome {
  if (!before) return after;
  return {
    seed: after.seed,
    injected: before.injected + after.injected,
    jobs: before.jobs + after.jobs,
    lost: before.lost + after.lost,
    stuck: before.stuck + after.stuck,
    wrongEnds: [...before.wrongEnds, ...after.wrongEnds],
    staleWrites: before.staleWrites + after.staleWrites,
    differing: before.differing + after.differing,
    violations: [...before.violations, ...after.violations],
    recoveryMs: [...before.recoveryMs, ...after.recoveryMs],
    seconds: before.seconds + after.seconds,
  };
}

const header = `| fault | injected | jobs | lost | stuck | wrong end | stale writes | bytes differ | invariants broken | recovery p50 / p95 / max |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`;

export const tableOf = (results: Results): string =>
  [header, ...namesOf(results).flatMap((name) => rowOf(name, results[name]) ?? [])].join("\n");

const namesOf = (results: Results) => (Object.keys(faults) as FaultName[]).filter((name) => results[name]);

function rowOf(name: FaultName, outcome: Outcome | undefined): string | null {
  if (!outcome) return null;
  const { injected, jobs, lost, stuck, wrongEnds, staleWrites, differing, violations, recoveryMs } = outcome;
  const counts = [injected, jobs, lost, stuck, wrongEnds.length, staleWrites, differing, violations.length];
  return `| ${faults[name].title} | ${counts.join(" | ")} | ${recoveryOf(recoveryMs)} |`;
}

function recoveryOf(recoveryMs: readonly number[]): string {
  if (recoveryMs.length === 0) return "–";
  const sorted = recoveryMs.toSorted((a, b) => a - b);
  const seconds = (fraction: number) =>
    ((sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * fraction) - 1)] ?? 0) / 1_000).toFixed(1);
  return `${seconds(0.5)} / ${seconds(0.95)} / ${seconds(1)} s`;
}

/** Writes the page that is published: what was run, and what came of it. */
export async function writeReport(results: Results): Promise<void> {
  const text = await readFile(reportPath, "utf8").catch(() => "");
  const [before = "", , after = ""] = text.split(/<!-- table: begin -->|<!-- table: end -->/);
  const found = namesOf(results).flatMap((name) =>
    kindsOf(results[name]).map((kind) => `- ${faults[name].title}: ${kind}`),
  );
  const verdict = found.length === 0 ? "Nothing that must not be was found." : found.join("\n");
  const table = `<!-- table: begin -->\n\n${tableOf(results)}\n\n${verdict}\n\n<!-- table: end -->`;
  await writeFile(reportPath, `${before}${table}${after}`);
}

/** What was found, without saying of whom, and how often. */
function kindsOf(outcome: Outcome | undefined): string[] {
  const kinds = Map.groupBy(outcome ? breaches(outcome) : [], (each) => each.replaceAll(/[0-9a-f-]{36}|\d{3,}/g, "…"));
  return [...kinds].map(([kind, { length }]) => (length === 1 ? kind : `${kind} (${length} times)`));
}
