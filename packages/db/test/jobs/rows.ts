import { Prisma } from "../../src/index.ts";
import type { JobQuery } from "../../src/jobs/job-table.ts";
import type { Transaction } from "../../src/transaction.ts";

/** What Prisma generates for a model, for a table that only a test knows: enough of it for the engine. */
export interface Rows<Row> {
  findMany(tx: Transaction, query: JobQuery): Promise<Row[]>;
  create(tx: Transaction, row: object): Promise<Row[]>;
  updateManyAndReturn(tx: Transaction, where: object, change: object): Promise<Row[]>;
}

/** @param columns as a SELECT has them. */
export function rowsOf<Row>(table: string, columns: Prisma.Sql): Rows<Row> {
  const name = Prisma.raw(table);
  return {
    findMany: (tx, { where, orderBy, take = 1_000_000 }) => tx.$queryRaw`
      SELECT ${columns} FROM ${name} WHERE ${conditionOf(where)} ORDER BY id ${Prisma.raw(orderBy.id)} LIMIT ${take}`,
    create: (tx, row) => tx.$queryRaw`
      INSERT INTO ${name} (${Prisma.join(Object.keys(row).map(columnOf))}) VALUES (${Prisma.join(Object.values(row))})
      ON CONFLICT DO NOTHING RETURNING ${columns}`,
    updateManyAndReturn: (tx, where, change) => tx.$queryRaw`
      UPDATE ${name} SET ${Prisma.join(Object.entries(change).map(assignmentOf))}
      WHERE ${conditionOf(where)} RETURNING ${columns}`,
  };
}

const columnOf = (field: string): Prisma.Sql =>
  Prisma.raw(field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

function conditionOf(where: object): Prisma.Sql {
  const conditions = Object.entries(where).map(([field, value]) => {
    const column = columnOf(field);
    if (typeof value !== "object") return Prisma.sql`${column}::text = ${String(value)}`;
    if ("in" in value) return Prisma.sql`${column}::text = ANY(${value.in}::text[])`;
    return value.lt instanceof Date
      ? Prisma.sql`${column} < ${value.lt}`
      : Prisma.sql`${column}::text < ${value.lt as string}`;
  });
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, " AND ");
}

function assignmentOf([field, value]: [string, unknown]): Prisma.Sql {
  const column = columnOf(field);
  const isCounted = typeof value === "object" && value !== null && "increment" in value;
  return isCounted ? Prisma.sql`${column} = ${column} + 1` : Prisma.sql`${column} = ${value}`;
}
