import { isDeepStrictEqual } from "node:util";
import {
  type AnalysisKinds,
  analysisLimits,
  KindDescription,
  type KindId,
  kindText,
  type RegisteredKind,
  TilewrightError,
} from "@tilewright/core";
import type { PrismaClient, AnalysisKind as Row } from "../../generated/prisma/client.ts";
import { inTransaction, type Transaction } from "../transaction.ts";

/** Names the lock that whoever registers kinds takes. */
const registerLockKey = 7_163_904_422;

/** AnalysisKinds on Prisma. */
export class PrismaAnalysisKinds implements AnalysisKinds {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  register(workerId: string, kinds: readonly KindDescription[]): Promise<void> {
    return inTransaction(this.#prisma, async (tx) => {
      // One after the other: they are counted.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${registerLockKey})`;
      for (const kind of kinds) await offer(tx, kind);
      await requireFew(tx);
      await tx.$executeRaw`
        INSERT INTO analysis_workers AS worker (worker_id, expected_until, kinds, registered)
        VALUES (${workerId}, now(), '{}', ${kinds.map(kindText)}::text[])
        ON CONFLICT (worker_id) DO UPDATE SET registered = EXCLUDED.registered`;
    });
  }

  async withdraw(name: string): Promise<boolean> {
    await this.#prisma.$executeRaw`
      UPDATE analysis_kinds SET withdrawn_at = now() WHERE name = ${name} AND withdrawn_at IS NULL`;
    return (await this.#prisma.analysisKind.count({ where: { name }, take: 1 })) > 0;
  }

  find(kind: string | KindId): Promise<RegisteredKind | null> {
    return findKind(this.#prisma, kind);
  }

  async list(): Promise<KindDescription[]> {
    const rows = await this.#prisma.analysisKind.findMany({ where: { withdrawnAt: null }, orderBy: { name: "asc" } });
    const newest = [...Map.groupBy(rows, ({ name }) => name).values()].flatMap(
      (versions) => versions.sort(byUse)[0] ?? [],
    );
    return newest.map(toDescription);
  }

  async findUnregistered(workerId: string, kinds: readonly KindId[]): Promise<KindId[]> {
    const worker = await this.#prisma.analysisWorker.findUnique({ where: { workerId } });
    return kinds.filter((kind) => !worker?.registered.includes(kindText(kind)));
  }
}

export async function findKind(tx: Transaction, kind: string | KindId): Promise<RegisteredKind | null> {
  const where = typeof kind === "string" ? { name: kind } : { id: kindText(kind) };
  const [newest] = (await tx.analysisKind.findMany({ where })).sort(byUse);
  return newest ? { ...toDescription(newest), isWithdrawn: newest.withdrawnAt !== null } : null;
}

/** @throws TilewrightError TOO_MANY_KINDS */
async function requireFew(tx: Transaction): Promise<void> {
  const [all] = await tx.$queryRaw<{ count: number; bytes: number }[]>`
    SELECT count(*)::int AS count, coalesce(sum(
      octet_length(parameters_schema::text) + octet_length(description) + octet_length(title)), 0)::int AS bytes
    FROM analysis_kinds WHERE withdrawn_at IS NULL`;
  if (!all || all.count > analysisLimits.kinds) throw new TilewrightError("TOO_MANY_KINDS");
  if (all.bytes <= analysisLimits.kindsBytes) return;
  const sentence = `The descriptions of all kinds take more than ${analysisLimits.kindsBytes} bytes.`;
  throw new TilewrightError("TOO_MANY_KINDS", `${sentence} Shorten this one, or withdraw kinds that are not used.`);
}

/** @throws TilewrightError KIND_CHANGED */
async function offer(tx: Transaction, kind: KindDescription): Promise<void> {
  const id = kindText(kind);
  const known = await tx.analysisKind.findUnique({ where: { id } });
  if (!known) await tx.analysisKind.create({ data: { id, ...kind } });
  // As JSON keeps it, which knows no -0.
  else if (!isDeepStrictEqual(toDescription(known), JSON.parse(JSON.stringify(kind)))) throw changed(id);
  else if (known.withdrawnAt) await tx.analysisKind.update({ where: { id }, data: { withdrawnAt: null } });
}

const changed = (id: string) =>
  new TilewrightError("KIND_CHANGED", `${id} is registered with another description. Give the new one a new version.`);

/** Those that are not withdrawn first, of these the newest. */
const byUse = (a: Row, b: Row): number =>
  Number(a.withdrawnAt !== null) - Number(b.withdrawnAt !== null) ||
  b.version.localeCompare(a.version, "en", { numeric: true });

const toDescription = ({ name, version, title, description, parametersSchema, layerTypes }: Row): KindDescription =>
  KindDescription.parse({ name, version, title, description, parametersSchema, layerTypes });
