import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyMigrations } from "../src/index.ts";
import { newMigration } from "../src/migrations/create.ts";
import { emptyDatabase, query } from "./empty-database.ts";
import { copyOfSchema } from "./migrations-folder.ts";

test("a change of the schema becomes a migration that follows the others", async () => {
  const folders = await copyOfSchema();
  const path = join(folders.schema, "image.prisma");
  await writeFile(path, (await readFile(path, "utf8")).replace("@@map", "colour String?\n\n  @@map"));

  const written = await newMigration("add_colour", folders);
  expect(written).toMatch(/\/\d{14}_add_colour\/migration\.sql$/);
  expect(await newMigration("add_colour_again", folders)).toBeUndefined();

  const url = await emptyDatabase();
  expect((await applyMigrations(url, folders.migrations)).at(-1)).toMatch(/_add_colour$/);
  expect(await query(url, "SELECT colour FROM images")).toEqual([]);
});

test("a schema that has not changed needs no migration", async () => {
  expect(await newMigration("nothing", await copyOfSchema())).toBeUndefined();
});

test("a name that would not sort or read well is refused", async () => {
  await expect(newMigration("Add Colour", await copyOfSchema())).rejects.toThrow('not "Add Colour"');
});
