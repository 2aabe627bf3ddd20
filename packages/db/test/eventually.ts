import { vi } from "vitest";

/** Awaits what a server or a process does, however slow the machine is; the test's own limit ends it. */
export function eventually(expectation: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(expectation, { timeout: 25_000 });
}
