import type { DiagnoseMigrationHistoryOutput, MigrationList } from "@prisma/schema-engine-wasm";
import { DatabaseError } from "../errors.ts";
import { migrationsFolder, readMigrations } from "./folder.ts";
import { noFilters, type SchemaEngine, withSchemaEngine } from "./schema-engine.ts";

/** The advisory lock of Prisma's own `migrate deploy`, so that the two also exclude one another. */
const lockKey = 72707369;

/**
 * Brings a database up to the migrations in the folder. Does nothing when it is there already; several processes may
 * call it at once, and each returns when the database is ready.
 *
 * @param databaseUrl `postgresql://…` of a session, not of a transaction pooler.
 * @returns the names of the migrations that this call applied, in order.
 * @throws DatabaseError `DATABASE_UNREACHABLE`. `MIGRATION_FAILED`: a migration failed, now or earlier.
 * `MIGRATION_EDITED`: an applied migration's file has changed since. `DATABASE_NEWER_THAN_CODE`: the database has
 * migrations that the folder lacks.
 */
export async function applyMigrations(databaseUrl: string, folder: string = migrationsFolder): Promise<string[]> {
  const migrationsList = await readMigrations(folder);
  return withSchemaEngine(databaseUrl, async (engine, session) => {
    // Held by the engine's own session, whose end releases it. The lock comes before the diagnosis, which would take
    // the migration that another process is applying for a failed one.
    await session.query("SELECT pg_advisory_lock($1)", [lockKey]);
    assertSound(await diagnose(engine, migrationsList));
    try {
      return (await engine.applyMigrations({ migrationsList, filters: noFilters })).appliedMigrationNames;
    } catch (error) {
      const [failed] = (await diagnose(engine, migrationsList)).failedMigrationNames;
      throw failed === undefined ? error : migrationFailed(failed, firstLines(error), error);
    }
  });
}

function diagnose(engine: SchemaEngine, migrationsList: MigrationList): Promise<DiagnoseMigrationHistoryOutput> {
  return engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters: noFilters });
}

function assertSound({ failedMigrationNames, editedMigrationNames, history }: DiagnoseMigrationHistoryOutput): void {
  const [failed] = failedMigrationNames;
  if (failed !== undefined) throw migrationFailed(failed, "It was started earlier and did not finish.");
  if (history !== null && "unpersistedMigrationNames" in history) {
    throw new DatabaseError(
      "DATABASE_NEWER_THAN_CODE",
      `The database has migrations that this version does not know: ${history.unpersistedMigrationNames.join(", ")}. ` +
        "Start a version that has them, or restore the backup made before the upgrade.",
    );
  }
  if (editedMigrationNames.length > 0) {
    throw new DatabaseError(
      "MIGRATION_EDITED",
      `Changed after they were applied to this database: ${editedMigrationNames.join(", ")}. ` +
        "Put the original files back, and make a new migration for the change.",
    );
  }
}

function migrationFailed(name: string, detail: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    "MIGRATION_FAILED",
    `The migration ${name} failed. ${detail}\n` +
      "A migration runs in one transaction, so none of its changes was kept unless it ends that transaction itself. " +
      "When its cause is mended, let it run again with:\n" +
      `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${name}' AND finished_at IS NULL;`,
    { cause },
  );
}

/** The engine's message without the trace of its own functions below it. */
function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (
    message
      .slice(0, 10_000)
      .split(/\n\s{1,20}0: /)[0]
      ?.replace("external connector error\n", "")
      .trim() ?? message
  );
}
