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

export const tableOf = (rows: readonly string[]): string => [header, ...rows].join("\n");

/** In the order of the faults. */
const entriesOf = (results: Results): { title: string; outcome: Outcome }[] =>
  (Object.keys(faults) as FaultName[]).flatMap((name) => {
    const outcome = results[name];
    return outcome ? [{ title: faults[name].title, outcome }] : [];
  });

export function rowOf(title: string, outcome: Outcome): string {
  const { injected, jobs, lost, stuck, wrongEnds, staleWrites, differing, violations, recoveryMs } = outcome;
  const counts = [injected, jobs, lost, stuck, wrongEnds.length, staleWrites, differing, violations.length];
  return `| ${title} | ${counts.join(" | ")} | ${recoveryOf(recoveryMs)} |`;
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
  const entries = entriesOf(results);
  const found = entries.flatMap(({ title, outcome }) => kindsOf(outcome).map((kind) => `- ${title}: ${kind}`));
  const verdict = found.length === 0 ? "Nothing that must not be was found." : found.join("\n");
  const table = `<!-- table: begin -->\n\n${tableOf(entries.map(({ title, outcome }) => rowOf(title, outcome)))}\n\n${verdict}\n\n<!-- table: end -->`;
  await writeFile(reportPath, `${before}${table}${after}`);
}

/** What was found, without saying of whom, and how often. */
function kindsOf(outcome: Outcome): string[] {
  const kinds = Map.groupBy(breaches(outcome), (each) => each.replaceAll(/[0-9a-f-]{36}|\d{3,}/g, "…"));
  return [...kinds].map(([kind, { length }]) => (length === 1 ? kind : `${kind} (${length} times)`));
}
