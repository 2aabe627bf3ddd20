import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectDatabase } from "../connect.ts";
import { startEmbeddedPostgres } from "../embedded/start.ts";
import { applyMigrations } from "../migrations/apply.ts";
import { withSession } from "../session.ts";

/** What a test needs to know to get a database: plain data, as it travels from Vitest's main process to its workers. */
export interface TestServer {
  /** A database from which others can be created. */
  adminUrl: string;
  /** The name of a database that has all migrations, and that nobody can connect to. */
  template: string;
}

export interface RunningTestServer extends TestServer {
  /** Drops every database of this run, then ends the server if it was started for the run. */
  stop(): Promise<void>;
}

/**
 * Prepares the databases of one test run, on an embedded server in a temporary directory.
 *
 * @param existingUrl uses this server instead; its user must be allowed to create databases.
 */
export async function startTestServer(existingUrl?: string): Promise<RunningTestServer> {
  if (existingUrl) return prepare(existingUrl, async () => {});
  const directory = await mkdtemp(join(tmpdir(), "tilewright-test-"));
  const removeDirectory = () => rm(directory, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ directory });
    return await prepare(server.url, async () => {
      await server.stop();
      await removeDirectory();
    });
  } catch (error) {
    await removeDirectory();
    throw error;
  }
}

async function prepare(adminUrl: string, stopServer: () => Promise<void>): Promise<RunningTestServer> {
  const template = `tilewright_test_${randomBytes(4).toString("hex")}`;
  const stop = async () => {
    await dropRun(adminUrl, template).finally(stopServer);
  };
  try {
    await createTemplate(adminUrl, template);
    return { adminUrl, template, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createTemplate(adminUrl: string, template: string): Promise<void> {
  const url = databaseUrl(adminUrl, template);
  await withSession(adminUrl, async (admin) => {
    await admin.query(`CREATE DATABASE ${template}`);
    await applyMigrations(url);
    const database = await connectDatabase(url, {
      bossRole: "client",
      queues: [{ name: "tile" }],
      onError: console.error,
    });
    await database.close();
    // PostgreSQL does not copy a database that anybody is connected to.
    await admin.query(`ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
  });
}

/** Copies carry their template's name in front, so none is forgotten, not even those of a test that crashed. */
async function dropRun(adminUrl: string, template: string): Promise<void> {
  await withSession(adminUrl, async (admin) => {
    const { rows } = await admin.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
      [template],
    );
    for (const { datname } of rows) await admin.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  });
}

/** The address of another database on the same server. */
export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
