import type { Turns } from "@tilewright/core";
import type { PrismaClient } from "../../generated/prisma/client.ts";

/** Turns on Prisma: whoever's UPDATE finds the row due has the turn. */
export class PrismaTurns implements Turns {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async take(duty: string, everyMs: number): Promise<boolean> {
    const taken = await this.#prisma.$executeRaw`
      INSERT INTO maintenance_turns AS turn (duty, taken_at) VALUES (${duty}, now())
      ON CONFLICT (duty) DO UPDATE SET taken_at = now()
      WHERE turn.taken_at <= now() - ${everyMs} * interval '1 millisecond'`;
    return taken > 0;
  }
}
