/** Milliseconds that each stage took. */
export class StageTimer {
  readonly stages: Record<string, number> = {};
  #sinceMs = performance.now();

  ended(stage: string): void {
    const nowMs = performance.now();
    this.stages[stage] = Math.round(nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
  }
}
