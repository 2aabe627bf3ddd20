import type { Fault } from "./fault.ts";
import { apiKill } from "./faults/api-kill.ts";
import { blackHole } from "./faults/black-hole.ts";
import { databaseCrash } from "./faults/database-crash.ts";
import { poison } from "./faults/poison.ts";
import { scratchFull } from "./faults/scratch-full.ts";
import { storeFaults } from "./faults/store-faults.ts";
import { stutter } from "./faults/stutter.ts";
import { workerKill } from "./faults/worker-kill.ts";
import { wrongClock } from "./faults/wrong-clock.ts";
import { zombie } from "./faults/zombie.ts";

/** One line per fault. */
export const faults = {
  "api-kill": apiKill,
  "worker-kill": workerKill,
  zombie,
  "database-crash": databaseCrash,
  "black-hole": blackHole,
  stutter,
  "wrong-clock": wrongClock,
  "scratch-full": scratchFull,
  ...storeFaults,
  poison,
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
