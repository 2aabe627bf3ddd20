import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { schemaFolder } from "../src/migrations/folder.ts";

/** A folder of migrations made up for one test: the SQL of each, by its name. */
export async function migrationsFolderOf(migrations: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "migration_lock.toml"), 'provider = "postgresql"\n');
  for (const [name, sql] of Object.entries(migrations)) await writeMigration(folder, name, sql);
  return folder;
}

export async function writeMigration(folder: string, name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "migration.sql"), sql);
}

/** A copy of the schema and its migrations, which a test may change. */
export async function copyOfSchema(): Promise<{ schema: string; migrations: string }> {
  const schema = await temporaryFolder();
  await cp(schemaFolder, schema, { recursive: true });
  return { schema, migrations: join(schema, "migrations") };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tilewright-migrations-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
