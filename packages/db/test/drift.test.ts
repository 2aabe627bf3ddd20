import { beforeAll, expect, test } from "vitest";
import { applyMigrations } from "../src/index.ts";
import { concatenatedSchema, pendingSql, schemaDiff } from "../src/migrations/create.ts";
import { createEmptyTestDatabase } from "../src/testing/index.ts";
import { readCatalogue } from "./catalogue.ts";
import { emptyDatabase, query } from "./empty-database.ts";

let migrated: string[];
beforeAll(async () => {
  const { url, drop } = await createEmptyTestDatabase();
  await applyMigrations(url);
  migrated = await readCatalogue(url);
  await drop();
});

test("the migrations produce what the schema says", async () => {
  expect(migrated).toContainEqual(expect.stringContaining("tiling_jobs_one_active_per_image"));
  expect(migrated).toEqual(await catalogueOf(await concatenatedSchema()));
});

test("the schema has no change that still needs a migration", async () => {
  expect(await pendingSql()).toBe("");
});

// Each is a change that somebody could make to the schema and forget to migrate.
test.each([
  { what: "a column", from: /version +Int/, to: "extra Int?\n  version Int" },
  { what: "a type", from: /attempt +Int/, to: "attempt BigInt" },
  { what: "a default", from: /@default\(1\)/, to: "@default(2)" },
  { what: "whether it may be null", from: /tilesTotal +Int\?/, to: "tilesTotal Int" },
  { what: "an index", from: /@@index\(\[imageId, id\]\)/, to: "@@index([imageId])" },
  { what: "an index's condition", from: "('PENDING', 'IN_PROGRESS')", to: "('PENDING')" },
  { what: "what deleting does", from: "onDelete: Cascade", to: "onDelete: Restrict" },
  { what: "an enum", from: /CANCELLED/, to: "CANCELLED\n  BORED" },
])("a change of $what without a migration is noticed", async ({ from, to }) => {
  const schema = await concatenatedSchema();
  const changed = schema.replace(from, to);
  expect(changed).not.toBe(schema);
  expect(await catalogueOf(changed)).not.toEqual(migrated);
});

async function catalogueOf(schema: string): Promise<string[]> {
  const url = await emptyDatabase();
  await query(url, await schemaDiff(undefined, schema));
  return readCatalogue(url);
}
