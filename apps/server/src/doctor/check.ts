/** What a check found: nothing to do, or what to do about it. */
export interface Finding {
  readonly verdict: "fine" | "doubtful" | "broken";
  /** One sentence. */
  readonly found: string;
  /** What to do, unless all is fine. */
  readonly remedy?: string;
}

export interface Check {
  /** What is looked at, in a few words. */
  readonly name: string;
  /** A check that throws found its subject broken. */
  run(): Promise<Finding>;
}

export interface CheckedFinding extends Finding {
  readonly name: string;
}

/** Runs one check after the other. */
export async function* runChecks(checks: readonly Check[]): AsyncIterable<CheckedFinding> {
  for (const { name, run } of checks) {
    yield { name, ...(await run().catch(brokenBy)) };
  }
}

function brokenBy(error: unknown): Finding {
  const found = error instanceof Error ? error.message : String(error);
  const details = error instanceof Error && "details" in error ? (error.details as { reason?: unknown }) : {};
  const reason = typeof details.reason === "string" ? `The store said: ${details.reason}` : undefined;
  return { verdict: "broken", found, ...(reason !== undefined && { remedy: reason }) };
}
