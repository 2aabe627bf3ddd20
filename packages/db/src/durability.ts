import type pg from "pg";
import { DatabaseError } from "./errors.ts";
import { withSession } from "./session.ts";

/**
 * Makes sure that a commit which the server acknowledges survives its crash.
 *
 * @throws DatabaseError `DATABASE_NOT_DURABLE`, with the setting to change; `DATABASE_UNREACHABLE`.
 */
export function assertDurable(url: string): Promise<void> {
  return withSession(url, async (session) => {
    await assertSetting(session, "fsync", (value) => value === "on");
    // local, remote_write, on and remote_apply all wait for this server's disk.
    await assertSetting(session, "synchronous_commit", (value) => value !== "off");
  });
}

async function assertSetting(session: pg.Client, name: string, accepts: (value: string) => boolean): Promise<void> {
  const { rows } = await session.query<{ value: string }>("SELECT current_setting($1) AS value", [name]);
  const value = rows[0]?.value ?? "";
  if (accepts(value)) return;
  throw new DatabaseError(
    "DATABASE_NOT_DURABLE",
    `The database runs with ${name} = ${value}, and could lose finished work when it crashes. Set ${name} = on.`,
  );
}
