import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DiffTarget } from "@prisma/schema-engine-wasm";
import { lockfileName, migrationsFolder, readSchema, schemaFolder } from "./folder.ts";
import { noFilters, withDetachedSchemaEngine } from "./schema-engine.ts";

// What the existing migrations produce is known from a copy of the schema, written beside them with each migration.
// The engine could work it out from the migrations and a shadow database, but as WebAssembly it panics when it reads
// one. The copy needs no database, conflicts in version control where two branches both changed the schema, and a
// test compares it, the migrations and the schema with one another. Its name must not end in ".prisma".
const snapshotName = "schema.snapshot";

/** Both folders, so that tests can work on copies. */
export interface MigrationFolders {
  schema: string;
  migrations: string;
}

const repositoryFolders: MigrationFolders = { schema: schemaFolder, migrations: migrationsFolder };

/**
 * The SQL that leads from what the migrations produce to the .prisma files; empty when nothing has changed.
 *
 * @throws Error the .prisma files are not valid.
 */
export async function pendingSql(folders: MigrationFolders = repositoryFolders): Promise<string> {
  const snapshot = await readIfPresent(join(folders.migrations, snapshotName));
  return schemaDiff(snapshot, await concatenatedSchema(folders.schema));
}

/**
 * Writes a new migration, to be read before it is committed: the engine can't tell a rename from a drop and an add.
 *
 * @param name says what it does, in lower case: `add_tiling_priority`.
 * @returns the path of its SQL, or undefined when the schema has not changed.
 */
export async function newMigration(
  name: string,
  folders: MigrationFolders = repositoryFolders,
): Promise<string | undefined> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Error(`A migration's name has lower case letters, digits and underscores, not "${name}".`);
  }
  const sql = await pendingSql(folders);
  if (sql === "") return undefined;
  const folder = join(folders.migrations, `${timestamp(new Date())}_${name}`);
  const path = join(folder, "migration.sql");
  await mkdir(folder, { recursive: true });
  await writeFile(path, sql, { flag: "wx" });
  await writeFile(join(folders.migrations, lockfileName), 'provider = "postgresql"\n');
  await writeFile(join(folders.migrations, snapshotName), await concatenatedSchema(folders.schema));
  return path;
}

/**
 * The SQL that leads from one schema to another, without a database.
 *
 * @param from the text of a schema, or undefined for an empty database.
 */
export async function schemaDiff(from: string | undefined, to: string): Promise<string> {
  const diff = await withDetachedSchemaEngine((engine) =>
    engine.diff({ from: target(from), to: target(to), script: true, exitCode: true, filters: noFilters }),
  );
  // 0: nothing has changed, and the script says so in a comment. 2: the script has changes.
  return diff.exitCode === 0 ? "" : (diff.stdout ?? "");
}

/** All .prisma files of a folder as the text of one, in the order of their names. */
export async function concatenatedSchema(folder: string = schemaFolder): Promise<string> {
  const { files } = await readSchema(folder);
  return files.map(({ content }) => content).join("\n");
}

function target(content: string | undefined): DiffTarget {
  if (content === undefined) return { tag: "empty" };
  return { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content }] };
}

function timestamp(date: Date): string {
  return date.toISOString().replace(/\D/g, "").slice(0, 14);
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
