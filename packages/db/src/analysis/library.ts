import type { ImageVerdict, SortedPlaces, Verdicts } from "@tilewright/core/analysis";
import { Verdict } from "@tilewright/core/analysis";
import type { SortedPlace } from "@tilewright/core/library";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";

/** Verdicts on Prisma. */
export class PrismaVerdicts implements Verdicts {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async ofImages(imageIds: readonly string[]): Promise<ImageVerdict[]> {
    const rows = await this.#prisma.analysisVerdict.findMany({
      where: { imageId: { in: [...imageIds] } },
      orderBy: [{ imageId: "asc" }, { kindName: "asc" }],
    });
    return rows.map(({ imageId, kindName, jobId, level, text }) => ({
      imageId,
      kind: kindName,
      jobId,
      ...Verdict.parse({ level, text }),
    }));
  }

  async sorted(asked: SortedPlaces): Promise<SortedPlace[]> {
    const { after, limit } = asked;
    const known = after?.value === null ? [] : await this.#known(asked);
    if (known.length === limit) return known;
    return [...known, ...(await this.#unknown(asked, limit - known.length))];
  }

  /** One range of an index, from either end. */
  #known({ kind, number, order, after, limit }: SortedPlaces): Promise<SortedPlace[]> {
    const [beyond, direction] = order === "asc" ? [Prisma.sql`>`, Prisma.sql`ASC`] : [Prisma.sql`<`, Prisma.sql`DESC`];
    const goesOn = after
      ? Prisma.sql`AND (value, image_id) ${beyond} (${after.value}::float8, ${after.imageId}::uuid)`
      : Prisma.empty;
    return this.#prisma.$queryRaw`
      SELECT value, image_id::text AS "imageId" FROM analysis_numbers
      WHERE kind_name = ${kind} AND name = ${number} ${goesOn}
      ORDER BY value ${direction}, image_id ${direction} LIMIT ${limit}`;
  }

  /** The newest images first. */
  #unknown({ kind, number, after }: SortedPlaces, limit: number): Promise<SortedPlace[]> {
    const goesOn = after?.value === null ? Prisma.sql`AND image.id < ${after.imageId}::uuid` : Prisma.empty;
    return this.#prisma.$queryRaw`
      SELECT NULL::float8 AS value, image.id::text AS "imageId" FROM images AS image
      WHERE NOT EXISTS (
        SELECT FROM analysis_numbers AS known
        WHERE known.image_id = image.id AND known.kind_name = ${kind} AND known.name = ${number}) ${goesOn}
      ORDER BY image.id DESC LIMIT ${limit}`;
  }
}
