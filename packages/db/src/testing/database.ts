import { randomBytes } from "node:crypto";
import { type ConnectOptions, connectDatabase, type Database } from "../connect.ts";
import { withSession } from "../session.ts";
import { databaseUrl, type TestServer } from "./server.ts";

/** A migrated database of a test's own. */
export interface TestDatabase {
  /** For a process that connects by itself: its DATABASE_URL. */
  url: string;
  database: Database;
  /** Closes `database`, disconnects everybody else and drops it. Repeating it is a no-op. */
  drop(): Promise<void>;
}

/**
 * Copies the template of a test run and connects to the copy.
 *
 * @param options as for `connectDatabase`; by default a client that knows the queue `tile`.
 */
export async function cloneTestDatabase(
  server: TestServer,
  options: Partial<ConnectOptions> = {},
): Promise<TestDatabase> {
  const { url, drop } = await createCopy(server);
  try {
    const database = await connectDatabase(url, {
      bossRole: "client",
      queues: [{ name: "tile" }],
      onError: console.error,
      ...options,
    });
    return { url, database, drop: () => database.close().then(drop) };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** An empty database, without the migrations. */
export function createEmptyDatabase(server: TestServer): Promise<{ url: string; drop(): Promise<void> }> {
  return createCopy({ ...server, source: "template1" });
}

async function createCopy(server: TestServer & { source?: string }): Promise<{ url: string; drop(): Promise<void> }> {
  const { adminUrl, template, source = template } = server;
  const name = `${template}_${randomBytes(4).toString("hex")}`;
  await withSession(adminUrl, (admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${source}`));
  const drop = async () => {
    await withSession(adminUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return { url: databaseUrl(adminUrl, name), drop };
}
