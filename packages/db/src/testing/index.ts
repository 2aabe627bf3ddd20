import { inject } from "vitest";
import type { ConnectOptions } from "../connect.ts";
import { cloneTestDatabase, createEmptyDatabase, type TestDatabase } from "./database.ts";
import type {} from "./provided.ts";

export type { TestDatabase } from "./database.ts";

/**
 * Gives a test file a migrated database of its own. Needs `@tilewright/db/testing/global-setup` in Vitest's
 * `globalSetup`.
 *
 * @param options as for `connectDatabase`; by default a client that knows the queue `tile`.
 */
export function createTestDatabase(options?: Partial<ConnectOptions>): Promise<TestDatabase> {
  return cloneTestDatabase(inject("testServer"), options);
}

/** Gives a test an empty database, without any migration. */
export function createEmptyTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  return createEmptyDatabase(inject("testServer"));
}
