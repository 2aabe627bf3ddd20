import { statfs } from "node:fs/promises";
import { type ErrorCode, errorSentences, type Ports } from "@tilewright/core";
import { defaultReserveBytes, installationKey } from "@tilewright/core/storage";
import { type ComparedMigrations, type Database, watchMigrations } from "@tilewright/db";
import type { Env } from "../env.ts";
import type { Fault, ReadinessChecks } from "./check.ts";

export interface LookedAt {
  readonly ports: Pick<Ports, "ownership" | "objects">;
  readonly database: Pick<Database, "prisma">;
  readonly env: Pick<Env, "DATA_DIRECTORY" | "RESERVE_BYTES">;
}

/** What a node needs to do its work. */
export async function readinessChecks(looked: LookedAt): Promise<ReadinessChecks> {
  const { objects, ownership } = looked.ports;
  const compareMigrations = await watchMigrations(looked.database);
  // Remembered, so that a database that is away says nothing of the store.
  let { hasMarked } = await ownership.installation();
  const lookAtDatabase = async () => {
    ({ hasMarked } = await ownership.installation());
    return null;
  };
  const lookAtStore = async () => {
    // Where the store is not mounted there is a folder all the same.
    const isThere = (await objects.head(installationKey)) !== null || !hasMarked;
    return isThere ? null : told("STORAGE_UNAVAILABLE");
  };
  return {
    database: { look: lookAtDatabase, unanswered: told("DATABASE_UNAVAILABLE") },
    migrations: { look: async () => faultOf(await compareMigrations()), unanswered: told("DATABASE_UNAVAILABLE") },
    store: { look: lookAtStore, unanswered: told("STORAGE_UNAVAILABLE") },
    disk: { look: () => lookAtDisks(looked), unanswered: diskUnavailable },
  };
}

const diskUnavailable: Fault = {
  code: "DISK_UNAVAILABLE",
  sentence: "The disk of DATA_DIRECTORY, or of the store, does not answer.",
};

const told = (code: ErrorCode): Fault => ({ code, sentence: errorSentences[code] });

function faultOf({ missing, unknown }: ComparedMigrations): Fault | null {
  if (unknown.length > 0) {
    return {
      code: "DATABASE_NEWER_THAN_CODE",
      sentence: `The database has migrations that this version does not know: ${unknown.join(", ")}.`,
    };
  }
  if (missing.length === 0) return null;
  return {
    code: "DATABASE_OLDER_THAN_CODE",
    sentence: `The database lacks migrations of this version's: ${missing.join(", ")}. A start applies them.`,
  };
}

/** Of the store, where it is a disk, and of DATA_DIRECTORY. What open uploads were promised is theirs, and no fault. */
async function lookAtDisks({ ports, env }: LookedAt): Promise<Fault | null> {
  const { blocks, bavail, bsize } = await statfs(env.DATA_DIRECTORY);
  const own = { freeBytes: bavail * bsize, reserveBytes: env.RESERVE_BYTES ?? defaultReserveBytes(blocks * bsize) };
  const rooms = [own, await ports.objects.room()];
  const isFull = rooms.some((room) => room !== null && room.freeBytes <= room.reserveBytes);
  return isFull ? told("STORAGE_FULL") : null;
}
