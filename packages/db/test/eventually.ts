import { vi } from "vitest";

/** Awaits what a server or a process does, however slow the machine is; the test's own limit ends it. */
export function eventually(expectation: () => void | Promise<void>, timeout = 25_000): Promise<void> {
  return vi.waitFor(expectation, { timeout });
}
