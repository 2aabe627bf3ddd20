import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MigrationList, SchemasContainer } from "@prisma/schema-engine-wasm";

/** Where the .prisma files are, one per domain. */
export const schemaFolder = join(import.meta.dirname, "../../../../prisma");

/** Where each migration has a folder of its own, named by its time and purpose. */
export const migrationsFolder = join(schemaFolder, "migrations");

export const lockfileName = "migration_lock.toml";

/** Names of the migrations, in the order in which they are applied. */
export async function listMigrations(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).sort();
}

/** Reads the migrations in the order in which they are applied. */
export async function readMigrations(folder: string): Promise<MigrationList> {
  const names = await listMigrations(folder);
  return {
    baseDir: folder,
    lockfile: { path: lockfileName, content: await readFile(join(folder, lockfileName), "utf8") },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(names.map((name) => readMigration(folder, name))),
  };
}

async function readMigration(folder: string, name: string): Promise<MigrationList["migrationDirectories"][number]> {
  const value = await readFile(join(folder, name, "migration.sql"), "utf8");
  return { path: name, migrationFile: { path: "migration.sql", content: { tag: "ok", value } } };
}

/** Reads the .prisma files of a folder. */
export async function readSchema(folder: string): Promise<SchemasContainer> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".prisma")).sort();
  const files = names.map(async (name) => ({ path: name, content: await readFile(join(folder, name), "utf8") }));
  return { files: await Promise.all(files) };
}
