import type { Ports } from "@tilewright/core";
import { reconcileQueues, releaseExpired } from "@tilewright/core/jobs";
import { reclaimObjects, sweepStore } from "@tilewright/core/storage";
import { abortAbandonedUploads, completeAssembledUploads } from "@tilewright/core/upload";
import { auditPyramids } from "../audit/audit-pyramids.ts";

/** Something that has to be done again and again so that nothing stays as a crash left it. */
export interface Duty {
  readonly name: string;
  readonly everyMs: number;
  /**
   * Every server does what is quick to look for, as none of it goes wrong when two do it at once. What goes through
   * many rows or the whole store is shared: one server per period.
   */
  readonly shared: boolean;
  /** Answers how much there was to do. */
  readonly work: (ports: Ports, stop: AbortSignal) => Promise<number>;
  /** For the log, when there was something to do: a warning where that should not have been. */
  readonly outcome: string;
  readonly level: "info" | "warn";
}

export interface Rhythm {
  readonly sweepEveryMs: number;
  /** An upload that has received nothing for this long is given up. */
  readonly abandonedAfterMs: number;
  readonly auditEveryMs: number;
  /** Most that one audit reads. */
  readonly auditBytes: number;
}

/** One per duty, the urgent ones first. All together are to cost a server that has nothing to do next to nothing. */
export const duties = ({ sweepEveryMs, abandonedAfterMs, auditEveryMs, auditBytes }: Rhythm): readonly Duty[] => [
  {
    name: "leases",
    everyMs: 2_000,
    shared: false,
    work: releaseExpired,
    outcome: "took jobs back from workers that fell silent",
    level: "warn",
  },
  {
    name: "deletions",
    everyMs: 4_000,
    shared: false,
    work: reclaimObjects,
    outcome: "removed objects of which the last owner is gone",
    level: "info",
  },
  {
    name: "queue",
    everyMs: 30_000,
    shared: true,
    work: reconcileQueues,
    outcome: "repaired differences between rows and queue",
    level: "warn",
  },
  {
    name: "uploads",
    everyMs: 30_000,
    shared: true,
    work: completeAssembledUploads,
    outcome: "completed uploads that were cut short",
    level: "warn",
  },
  {
    name: "abandoned",
    everyMs: Math.min(60 * 60_000, abandonedAfterMs),
    shared: true,
    work: (ports, stop) => abortAbandonedUploads(ports, abandonedAfterMs, stop),
    outcome: "gave up uploads that nobody went on with",
    level: "info",
  },
  {
    name: "sweep",
    everyMs: sweepEveryMs,
    shared: true,
    work: sweepStore,
    outcome: "removed what nobody owned from the store",
    level: "info",
  },
  {
    name: "audit",
    everyMs: auditEveryMs,
    shared: true,
    work: async (ports, stop) => (await auditPyramids(ports, auditBytes, stop)).broken.length,
    outcome: "found broken pyramids; they are made again",
    level: "warn",
  },
];
