import { setTimeout as delay } from "node:timers/promises";

/** What keeps a part of the service from its work: a code for programs, and a sentence that says nothing secret. */
export interface Fault {
  readonly code: string;
  readonly sentence: string;
}

export interface ReadinessCheck {
  /** Finds what is wrong, or null. */
  look(): Promise<Fault | null>;
  /** What is said where looking fails, or takes too long. */
  readonly unanswered: Fault;
}

/** By the part of the service that is looked at. */
export type ReadinessChecks = Readonly<Record<string, ReadinessCheck>>;

const answersWithinMs = 1_000;
const heldForMs = 1_000;

/**
 * All checks at once, within a second. Whoever asks while an answer is under way, or a moment old, shares it: asking
 * often costs no more than asking once.
 */
export function readinessBy(checks: ReadinessChecks): () => Promise<Record<string, Fault | null>> {
  const looks = Object.entries(checks).map(([part, { look, unanswered }]) => {
    const lookOnce = askedOnce(look);
    return async () => [part, await inTime(lookOnce(), unanswered)] as const;
  });
  return async () => Object.fromEntries(await Promise.all(looks.map((look) => look())));
}

function askedOnce<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let latest: Promise<Answer> | null = null;
  const forget = () => setTimeout(() => (latest = null), heldForMs).unref();
  return () => {
    if (latest) return latest;
    latest = ask();
    latest.then(forget, forget);
    return latest;
  };
}

async function inTime(looking: Promise<Fault | null>, unanswered: Fault): Promise<Fault | null> {
  const ended = new AbortController();
  const late = delay(answersWithinMs, unanswered, { signal: ended.signal }).catch(() => unanswered);
  try {
    return await Promise.race([looking.catch(() => unanswered), late]);
  } finally {
    ended.abort();
  }
}
