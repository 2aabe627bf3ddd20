import type { Database } from "../connect.ts";
import { listMigrations, migrationsFolder } from "./folder.ts";

export interface ComparedMigrations {
  /** Of this version's, those that the database lacks. */
  readonly missing: string[];
  /** Of the database's, those that this version lacks. */
  readonly unknown: string[];
}

/**
 * Holds the names of the migrations that a database has against those of this version: cheap enough to ask each second.
 * The folder is read once, as an upgrade may put others there while this version runs.
 */
export async function watchMigrations(
  { prisma }: Pick<Database, "prisma">,
  folder: string = migrationsFolder,
): Promise<() => Promise<ComparedMigrations>> {
  const own = await listMigrations(folder);
  return async () => {
    const rows = await prisma.$queryRaw<{ name: string }[]>`
      SELECT migration_name AS name FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`;
    const applied = rows.map(({ name }) => name);
    return {
      missing: own.filter((name) => !applied.includes(name)),
      unknown: applied.filter((name) => !own.includes(name)),
    };
  };
}
