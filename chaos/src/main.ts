// The kill test: one fault after the other on real processes, and a table of what became of everything.
import { parseArgs } from "node:util";
import type { Fault } from "./fault.ts";
import { type FaultName, faults } from "./faults.ts";
import { breaches, type Outcome } from "./outcome.ts";
import { merge, readResults, rowOf, tableOf, writeReport, writeResults } from "./report.ts";
import { runFault, runShort } from "./run-fault.ts";

const { values } = parseArgs({
  options: {
    /** Names of faults, with commas between them; all by default. */
    only: { type: "string", default: Object.keys(faults).join(",") },
    /** A few of each of the worst, in about a minute. */
    short: { type: "boolean", default: false },
    /** How often, instead of what the full run asks for. */
    times: { type: "string" },
    /** No new harm after this, for each fault. */
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    /** Adds to the results of earlier runs instead of replacing them. */
    add: { type: "boolean", default: false },
  },
});

for (const end of ["SIGINT", "SIGTERM"] as const) process.once(end, () => process.exit(1));

const seed = Number(values.seed);
const broken = values.short ? await runFew() : await runAll(values.only.split(",").filter(isFault));
say(broken === 0 ? "\nThe promise held." : `\n${broken} breaches.`);
process.exit(broken === 0 ? 0 : 1);

async function runFew(): Promise<number> {
  say(`Seed ${seed}. A few of each of the worst faults …`);
  return report("a few of each of the worst", await runShort(seed));
}

async function runAll(names: readonly FaultName[]): Promise<number> {
  say(`Seed ${seed}. Faults: ${names.join(", ")}.`);
  let broken = 0;
  for (const name of names) {
    const fault: Fault = faults[name];
    const times = Number(values.times ?? fault.times);
    say(`\n${fault.title}, ${times} times …`);
    const outcome = await runFault(fault, times, seed, Number(values.minutes) * 60_000);
    await keep(name, outcome);
    broken += report(fault.title, outcome);
  }
  await writeReport(await readResults());
  return broken;
}

/** Says what came of it, and answers how much of that must not be. */
function report(title: string, outcome: Outcome): number {
  const found = breaches(outcome);
  say(tableOf([rowOf(title, outcome)]));
  for (const breach of found) say(`  ${breach}`);
  return found.length;
}

async function keep(name: FaultName, outcome: Outcome): Promise<void> {
  const results = await readResults();
  results[name] = merge(values.add ? results[name] : undefined, outcome);
  await writeResults(results);
}

function isFault(name: string): name is FaultName {
  if (Object.hasOwn(faults, name)) return true;
  throw new Error(`There is no fault “${name}”. There are: ${Object.keys(faults).join(", ")}.`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
