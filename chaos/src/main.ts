// The kill test: one fault after the other on real processes, and a table of what became of everything.
import { parseArgs } from "node:util";
import type { Fault } from "./fault.ts";
import { type FaultName, faults } from "./faults.ts";
import { breaches, type Outcome } from "./outcome.ts";
import { merge, readResults, tableOf, writeReport, writeResults } from "./report.ts";
import { runFault } from "./run-fault.ts";

const { values } = parseArgs({
  options: {
    /** Names of faults, with commas between them; all by default. */
    only: { type: "string", default: Object.keys(faults).join(",") },
    /** A few of each of the worst, in a few minutes. */
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

const names = values.only.split(",").filter(isFault);
const seed = Number(values.seed);
let broken = 0;
say(`Seed ${seed}. Faults: ${names.join(", ")}.`);
for (const name of names) {
  const fault: Fault = faults[name];
  const times = Number(values.times ?? (values.short ? fault.times.short : fault.times.full));
  if (times === 0) continue;
  say(`\n${fault.title}, ${times} times …`);
  const outcome = await runFault(fault, times, seed, Number(values.minutes) * 60_000);
  if (!values.short) await keep(name, outcome);
  say(tableOf({ [name]: outcome }));
  for (const breach of breaches(outcome)) say(`  ${breach}`);
  broken += breaches(outcome).length;
}
if (!values.short) await writeReport(await readResults());
say(broken === 0 ? "\nThe promise held." : `\n${broken} breaches.`);
process.exit(broken === 0 ? 0 : 1);

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
