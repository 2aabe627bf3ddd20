import type { SeenLine } from "./line.ts";

/** While notices come, a look finds only what they have missed; otherwise it is how another node's jobs are found. */
const [lookEveryMs, lookEveryWithoutNoticesMs] = [10_000, 500];
/** What was found may not be had at once: its row is locked, or it went to another node. */
const lookAgainMs = 500;
/** Claims whose answers may have been lost are looked for together. */
const lookForClaimsMs = 1_000;
/** A look may be late, and take a while. */
const believedLateMs = 500;
/** However often something is put in line. */
const shortestPauseMs = 20;

export interface Asker {
  readonly kinds?: readonly string[] | undefined;
  readonly claimId?: string | undefined;
}

interface Waiter extends Asker {
  readonly wake: (isWorthAsking: boolean) => void;
  /** A look has been for its claim. */
  isChecked: boolean;
}

interface LineSource {
  look(asked: { readonly kinds: readonly string[]; readonly claimIds: readonly string[] }): Promise<SeenLine>;
  /** Whether a notice comes when another node puts something in line. */
  isNotified(): boolean;
}

/**
 * Those of this node who wait for a domain's work. However many there are, they share one look at the line, and as many
 * of them are woken as there is work for.
 *
 * @see docs/adr/0108-workers-that-wait-share-a-look.md
 */
export class WaitingLine {
  readonly #source: LineSource;
  readonly #waiters = new Set<Waiter>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #nextDueAtMs = Number.POSITIVE_INFINITY;
  /** There may be something that the last look has not seen. */
  #hasNews = true;
  #hasUnchecked = false;
  #foundWork = false;
  /** Of these kinds the last look has found nothing. */
  #emptyKinds: ReadonlySet<string> = new Set();
  #isLooking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: LineSource) {
    this.#source = source;
  }

  /** That a look would find nothing, as far as this node knows. */
  #isEmptyFor(kinds: readonly string[] = [""]): boolean {
    const believedUntilMs = Math.min(this.#lookedAtMs + this.#paceMs() + believedLateMs, this.#nextDueAtMs);
    return !this.#hasNews && performance.now() < believedUntilMs && kinds.every((kind) => this.#emptyKinds.has(kind));
  }

  /** Resolves true when there may be something for this one to claim; false at the timeout, or when it is gone. */
  wait(asker: Asker, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = (isWorthAsking: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", leave);
        this.#waiters.delete(waiter);
        if (this.#waiters.size === 0) clearTimeout(this.#timer);
        resolve(isWorthAsking);
      };
      const leave = () => wake(false);
      const waiter: Waiter = { ...asker, wake, isChecked: asker.claimId === undefined };
      const timer = setTimeout(leave, timeoutMs);
      signal.addEventListener("abort", leave, { once: true });
      this.#waiters.add(waiter);
      this.#hasUnchecked ||= !waiter.isChecked;
      this.#hasNews ||= !this.#isEmptyFor(asker.kinds);
      this.#arrange();
    });
  }

  /** Something was put in line, or it is not known any more whether something was. */
  announce(): void {
    this.#hasNews = true;
    this.#arrange();
  }

  #arrange(): void {
    clearTimeout(this.#timer);
    if (this.#isLooking || this.#waiters.size === 0) return;
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, this.#nextLookMs() - performance.now()));
  }

  #paceMs(): number {
    return this.#source.isNotified() ? lookEveryMs : lookEveryWithoutNoticesMs;
  }

  #nextLookMs(): number {
    const pauses = [
      this.#paceMs(),
      ...(this.#hasUnchecked ? [lookForClaimsMs] : []),
      ...(this.#foundWork ? [lookAgainMs] : []),
      ...(this.#hasNews ? [shortestPauseMs] : []),
      Math.max(shortestPauseMs, this.#nextDueAtMs - this.#lookedAtMs),
    ];
    return this.#lookedAtMs + Math.min(...pauses);
  }

  async #look(): Promise<void> {
    const waiters = [...this.#waiters];
    const kinds = new Set(waiters.flatMap((waiter) => waiter.kinds ?? [""]));
    const claimIds = waiters.flatMap(({ claimId, isChecked }) => (claimId !== undefined && !isChecked ? claimId : []));
    this.#isLooking = true;
    this.#hasNews = false;
    this.#hasUnchecked = false;
    this.#lookedAtMs = performance.now();
    try {
      this.#take(waiters, kinds, await this.#source.look({ kinds: [...kinds], claimIds }));
    } catch {
      // Whoever claims or watches hears what is wrong with the database.
      this.#emptyKinds = new Set();
      this.#foundWork = true;
      this.#hasUnchecked = claimIds.length > 0;
    } finally {
      this.#isLooking = false;
      this.#arrange();
    }
  }

  #take(waiters: readonly Waiter[], kinds: ReadonlySet<string>, { due, nextDueInMs, held }: SeenLine): void {
    this.#nextDueAtMs = performance.now() + (nextDueInMs ?? Number.POSITIVE_INFINITY);
    this.#foundWork = [...due.values()].some((count) => count > 0);
    this.#emptyKinds = new Set([...kinds].filter((kind) => !due.get(kind)));
    const left = new Map(due);
    for (const waiter of waiters) {
      waiter.isChecked = true;
      const kind = (waiter.kinds ?? [""]).find((each) => (left.get(each) ?? 0) > 0);
      if (kind !== undefined) left.set(kind, (left.get(kind) ?? 0) - 1);
      if (kind !== undefined || held.has(waiter.claimId ?? "")) waiter.wake(true);
    }
  }
}
