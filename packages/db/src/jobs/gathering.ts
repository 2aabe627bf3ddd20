import { TilewrightError } from "@tilewright/core";

/** A database that has stopped without ending keeps its connections, and never answers. */
const answersWithinMs = 5_000;

interface Batch<Answer> extends PromiseWithResolvers<ReadonlyMap<string, Answer>> {
  readonly keys: Set<string>;
}

/** Makes one question of all that are asked at about the same time: one after the other, and none too soon. */
export class Gathering<Answer> {
  readonly #answer: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>;
  readonly #everyMs: number;
  #next: Batch<Answer> | null = null;
  #isUnderWay = false;
  #begunAtMs = Number.NEGATIVE_INFINITY;

  constructor(answer: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>, everyMs: number) {
    this.#answer = answer;
    this.#everyMs = everyMs;
  }

  /**
   * What is answered was asked for after this call, and may have answers for others beside.
   *
   * @throws TilewrightError DATABASE_UNAVAILABLE: no answer in time. @throws whatever the answer fails with.
   */
  ask(keys: readonly string[]): Promise<ReadonlyMap<string, Answer>> {
    if (!this.#next) {
      this.#next = { keys: new Set(), ...Promise.withResolvers() };
      if (!this.#isUnderWay) this.#schedule();
    }
    for (const key of keys) this.#next.keys.add(key);
    return this.#next.promise;
  }

  /** At once where nobody has asked lately. */
  #schedule(): void {
    const pauseMs = this.#begunAtMs + this.#everyMs - performance.now();
    if (pauseMs > 0) setTimeout(() => void this.#begin(), pauseMs);
    else setImmediate(() => void this.#begin());
  }

  async #begin(): Promise<void> {
    const batch = this.#next;
    if (!batch) return;
    this.#next = null;
    this.#isUnderWay = true;
    this.#begunAtMs = performance.now();
    await inTime(this.#answer([...batch.keys])).then(batch.resolve, batch.reject);
    this.#isUnderWay = false;
    if (this.#next) this.#schedule();
  }
}

function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TilewrightError("DATABASE_UNAVAILABLE")), answersWithinMs);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
