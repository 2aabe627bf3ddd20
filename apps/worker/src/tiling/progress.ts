import type { TilingStage } from "@tilewright/core/tiling";
import type { StageProgress } from "../jobs/job-handler.ts";

export interface TilingProgress extends StageProgress {
  readonly stage: TilingStage;
  readonly tilesDone: number;
  readonly tilesTotal: number | null;
}

export const notBegun: TilingProgress = { stage: "DOWNLOADING", stageFraction: 0, tilesDone: 0, tilesTotal: null };

/** Turns what each part of the work tells into the progress of its stage. */
export class ProgressReport {
  readonly #report: (progress: TilingProgress) => void;
  #now = notBegun;
  /** What has to be copied first has half of the stage behind it when its first tile is made. */
  #copiedShare = 0;

  constructor(report: (progress: TilingProgress) => void) {
    this.#report = report;
  }

  fetched(fraction: number): void {
    this.#tell({ stage: "DOWNLOADING", stageFraction: fraction });
  }

  copied(fraction: number): void {
    this.#copiedShare = fraction / 2;
    this.#tell({ stage: "TILING", stageFraction: this.#copiedShare });
  }

  tiled(tilesDone: number, tilesTotal: number): void {
    const stageFraction = this.#copiedShare + (1 - this.#copiedShare) * (tilesDone / tilesTotal);
    this.#tell({ stage: "TILING", stageFraction, tilesDone, tilesTotal });
  }

  stored(fraction: number): void {
    this.#tell({ stage: "PUBLISHING", stageFraction: fraction });
  }

  #tell(change: Partial<TilingProgress>): void {
    this.#now = { ...this.#now, ...change };
    this.#report(this.#now);
  }
}
