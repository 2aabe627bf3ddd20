import type { ResultPlace } from "../domains.ts";
import type { Ports } from "../ports.ts";
import type { Failures } from "./failure.ts";
import type { Job } from "./job.ts";
import type { FailureCodeOf, Jobs, JobTypes } from "./ports.ts";
import type { Stages } from "./status.ts";

/** What is true of a domain's jobs beside what is true of all. */
export interface JobRules<J extends Job = Job> {
  readonly stages: Stages;
  /** Jobs that have this in common do the same work: one at most is active. By default that of one image. */
  lineOf?(job: J): string;
  /** Every image has such a job, from its first moment on. */
  readonly isOfEveryImage?: boolean;
  /** Of an image's COMPLETED jobs, oldest first, those whose results are in use. By default the newest. */
  inUse?(completed: readonly J[]): readonly J[];
  /** Columns of the domain's own that rise within an attempt and never fall. */
  readonly counts?: readonly string[];
  /** What is wrong with the domain's own counts, as a sentence. */
  countsWrong?(job: J): string | null;
}

/** A domain as the engine's verbs see it. */
export interface Domain<
  Types extends JobTypes = JobTypes,
  Facts extends object = object,
  Details extends object = object,
  Order extends object = object,
> extends JobRules<Types["job"]> {
  readonly place: ResultPlace;
  readonly failures: Failures<FailureCodeOf<Types>>;
  jobsOf(ports: Pick<Ports, "jobs">): Jobs<Types>;
  /** What kind of work a job is, where workers differ in what they can do. */
  kindOf?(job: Types["listed"]): string;
  /** What a status says beside what the engine says. */
  factsOf(job: Types["listed"]): Facts;
  /** What only the status of one job says, and lists leave out. */
  detailsOf(job: Types["job"]): Details;
  /** What an assignment says beside what the engine says. */
  orderOf(claimed: Types["claimed"]): Order;
  /** How much of a stage is done, 0 to 1, where a heartbeat does not say; by default nothing. */
  fractionOf?(progress: Types["progress"]): number;
}
