import { createHash } from "node:crypto";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { applyMigrations } from "../src/index.ts";
import { migrationsFolder, readMigrations } from "../src/migrations/folder.ts";
import { emptyDatabase, query } from "./empty-database.ts";
import { eventually } from "./eventually.ts";
import { migrationsFolderOf, writeMigration } from "./migrations-folder.ts";

const users = "20250101000000_users";
const roles = "20250102000000_roles";
const createUsers = "CREATE TABLE users (id int PRIMARY KEY);";

test("a new database gets every migration, and a migrated one none", async () => {
  const url = await emptyDatabase();
  const { migrationDirectories } = await readMigrations(migrationsFolder);
  expect(await applyMigrations(url)).toEqual(migrationDirectories.map(({ path }) => path));
  expect(await applyMigrations(url)).toEqual([]);
});

test("what it leaves behind is what `prisma migrate deploy` looks for", async () => {
  const url = await emptyDatabase();
  await applyMigrations(url, await migrationsFolderOf({ [users]: createUsers }));
  const rows = await query(url, "SELECT * FROM _prisma_migrations");
  const checksum = createHash("sha256").update(createUsers).digest("hex");
  expect(rows).toMatchObject([{ migration_name: users, checksum, applied_steps_count: 1, rolled_back_at: null }]);
  expect(rows).toMatchObject([{ finished_at: expect.any(Date) }]);
});

test("an image has at most one active job, by an index of the database's own", async () => {
  const url = await emptyDatabase();
  await applyMigrations(url);
  const name = "tiling_jobs_one_active_per_image";
  const [index] = await query<{ indexdef: string }>(url, "SELECT indexdef FROM pg_indexes WHERE indexname = $1", [
    name,
  ]);
  expect(index?.indexdef).toBe(
    `CREATE UNIQUE INDEX ${name} ON public.tiling_jobs USING btree (image_id) WHERE (status = ` +
      `ANY (ARRAY['PENDING'::"TilingJobStatus", 'IN_PROGRESS'::"TilingJobStatus"]))`,
  );
});

test("of several servers that start at once, each finds the database ready, and one has migrated it", async () => {
  const url = await emptyDatabase();
  const folder = await migrationsFolderOf({ [users]: createUsers, [roles]: "CREATE TABLE roles (id int);" });
  const applied = await Promise.all(Array.from({ length: 6 }, () => applyMigrations(url, folder)));
  expect(applied.flat().sort()).toEqual([users, roles]);
});

test("a server that starts while another one migrates waits, and takes its migration for neither failed nor missing", async () => {
  const url = await emptyDatabase();
  const folder = await migrationsFolderOf({ [users]: createUsers });
  await applyMigrations(url, folder);
  await writeMigration(folder, roles, "");
  const other = await unfinishedMigration(url, roles);
  const starting = applyMigrations(url, folder);
  await other.untilAwaited();
  await other.finish();
  expect(await starting).toEqual([]);
});

test("statements are told apart by PostgreSQL, not by semicolons", async () => {
  const url = await emptyDatabase();
  const sql = `
    -- First; then second.
    CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END $$;
    CREATE TABLE notes (body text DEFAULT 'a;b');`;
  await applyMigrations(url, await migrationsFolderOf({ [users]: sql }));
  await query(url, "INSERT INTO notes DEFAULT VALUES");
  expect(await query(url, "SELECT two(), body FROM notes")).toEqual([{ two: 2, body: "a;b" }]);
});

test("a failed migration leaves nothing, is refused until it is dealt with, and then runs again", async () => {
  const url = await emptyDatabase();
  const folder = await migrationsFolderOf({ [users]: createUsers, [roles]: "CREATE TABLE roles (); SELECT 1 / 0;" });
  const failure = await applyMigrations(url, folder).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "MIGRATION_FAILED", message: expect.stringContaining("division by zero") });
  expect(await query(url, "SELECT to_regclass('users')::text AS users, to_regclass('roles') AS roles")).toEqual([
    { users: "users", roles: null },
  ]);

  await writeMigration(folder, roles, "CREATE TABLE roles ();");
  await expect(applyMigrations(url, folder)).rejects.toMatchObject({ code: "MIGRATION_FAILED" });

  const remedy = /^UPDATE .*;$/m.exec(String(failure))?.[0];
  await query(url, remedy ?? "");
  expect(await applyMigrations(url, folder)).toEqual([roles]);
});

test("a migration that was edited after it was applied is refused by name", async () => {
  const url = await emptyDatabase();
  const folder = await migrationsFolderOf({ [users]: createUsers });
  await applyMigrations(url, folder);
  await writeMigration(folder, users, `${createUsers} -- and a second thought`);
  await expect(applyMigrations(url, folder)).rejects.toMatchObject({
    code: "MIGRATION_EDITED",
    message: expect.stringContaining(users),
  });
});

test("a database that is newer than the code is refused", async () => {
  const url = await emptyDatabase();
  await applyMigrations(url, await migrationsFolderOf({ [users]: createUsers, [roles]: "CREATE TABLE roles ();" }));
  await expect(applyMigrations(url, await migrationsFolderOf({ [users]: createUsers }))).rejects.toMatchObject({
    code: "DATABASE_NEWER_THAN_CODE",
    message: expect.stringContaining(roles),
  });
});

test("a database that is not there is named, without its password", async () => {
  const refused = applyMigrations("postgresql://me:secret@127.0.0.1:1/none");
  await expect(refused).rejects.toMatchObject({
    code: "DATABASE_UNREACHABLE",
    message: expect.stringContaining("127.0.0.1:1/none"),
  });
  await expect(refused).rejects.not.toThrow("secret");
});

/** Does what a process does that is applying an empty migration. */
async function unfinishedMigration(url: string, name: string) {
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  onTestFinished(() => session.end());
  await session.query("SELECT pg_advisory_lock(72707369)");
  await session.query(
    "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (gen_random_uuid(), $1, $2)",
    [createHash("sha256").digest("hex"), name],
  );
  return {
    untilAwaited: () =>
      eventually(async () => {
        const { rowCount } = await session.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        expect(rowCount).toBe(1);
      }),
    finish: async () => {
      await session.query("UPDATE _prisma_migrations SET finished_at = now() WHERE migration_name = $1", [name]);
      await session.query("SELECT pg_advisory_unlock(72707369)");
    },
  };
}
