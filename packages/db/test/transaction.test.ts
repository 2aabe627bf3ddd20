import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromPrisma } from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../src/testing/index.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own?.drop());

const image = () => ({ id: randomUUID(), name: "scan.tif", sizeBytes: 12n, sourceKey: randomUUID() });

test("a transaction that is rolled back leaves neither its row nor its message", async () => {
  const { prisma, boss } = own.database;
  const row = image();
  const attempt = prisma.$transaction(async (tx) => {
    await tx.image.create({ data: row });
    await boss.send("tile", { imageId: row.id }, { id: row.id, db: fromPrisma(tx) });
    expect(await boss.getJobById("tile", row.id, { db: fromPrisma(tx) })).toMatchObject({ state: "created" });
    throw new Error("after both");
  });
  await expect(attempt).rejects.toThrow("after both");
  expect(await prisma.image.findUnique({ where: { id: row.id } })).toBeNull();
  expect(await boss.getJobById("tile", row.id)).toBeNull();
});

test("a transaction that commits keeps both", async () => {
  const { prisma, boss } = own.database;
  const row = image();
  await prisma.$transaction(async (tx) => {
    await tx.image.create({ data: row });
    await boss.send("tile", { imageId: row.id }, { id: row.id, db: fromPrisma(tx) });
  });
  expect(await prisma.image.findUnique({ where: { id: row.id } })).toMatchObject(row);
  expect(await boss.getJobById("tile", row.id)).toMatchObject({ state: "created", data: { imageId: row.id } });
});
