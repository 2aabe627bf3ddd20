import type { AnalysisJobs, AnalysisKinds, Verdicts } from "./analysis/ports.ts";
import type { JobDomain } from "./domains.ts";
import type { Images } from "./image/ports.ts";
import type { Jobs } from "./jobs/ports.ts";
import type { Turns } from "./maintenance/turns.ts";
import type { ObjectStore } from "./storage/object-store.ts";
import type { Ownership } from "./storage/ownership.ts";
import type { PyramidAudits, TilingJobs } from "./tiling/ports.ts";
import type { PyramidSettings } from "./tiling/pyramid-settings.ts";
import type { OpenUploads, Uploads } from "./upload/ports.ts";

export interface Settings {
  /** Largest source file, in bytes. */
  readonly maxSourceBytes: number;
  /** Uploads that may be open at a time, and bytes of their files. */
  readonly mostOpenUploads: OpenUploads;
  /** Claims that a job may use up before it is FAILED. */
  readonly maxAttempts: number;
  /** How long a worker may stay silent before its job goes to another. */
  readonly leaseMs: number;
  /** How often a worker is asked to report. */
  readonly heartbeatMs: number;
  /** Whether images of the same bytes share a pyramid and a source. */
  readonly sharesSameBytes: boolean;
  /** What new pyramids are made with. */
  readonly pyramid: PyramidSettings;
}

/** By domain. One without methods of its own needs no line. */
export interface JobPorts extends Readonly<Record<JobDomain, Jobs>> {
  readonly tiling: TilingJobs;
  readonly analysis: AnalysisJobs;
}

/** Everything a verb may reach. The composition root supplies the real ones. */
export interface Ports {
  readonly images: Images;
  readonly uploads: Uploads;
  readonly jobs: JobPorts;
  readonly audits: PyramidAudits;
  readonly analysisKinds: AnalysisKinds;
  readonly verdicts: Verdicts;
  readonly ownership: Ownership;
  readonly turns: Turns;
  readonly objects: ObjectStore;
  readonly settings: Settings;
  /** Time-ordered UUID (version 7). */
  newId(): string;
  /** Uniform in [0, 1). */
  random(): number;
  /** For pacing only; what is stored carries the database's time. */
  now(): Date;
  /** How late this process has been of late, for pacing too: see `pollAfterMs`. */
  lagMs?(): number;
}
