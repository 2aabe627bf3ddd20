import { onTestFinished } from "vitest";
import { withSession } from "../src/session.ts";
import { createEmptyTestDatabase } from "../src/testing/index.ts";

/** The address of an empty database, dropped with the test. */
export async function emptyDatabase(): Promise<string> {
  const { url, drop } = await createEmptyTestDatabase();
  onTestFinished(drop);
  return url;
}

/** Runs one statement, or a script. */
export function query<Row extends object>(url: string, sql: string, values?: unknown[]): Promise<Row[]> {
  return withSession(url, async (session) => (await session.query<Row>(sql, values)).rows);
}
