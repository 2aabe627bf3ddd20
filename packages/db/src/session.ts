import pg from "pg";
import { DatabaseError } from "./errors.ts";

/** The longest wait for a connection, as the libraries know no limit unless told. */
export const connectTimeoutMs = 10_000;

/**
 * Opens one connection for the length of `use`.
 *
 * @throws DatabaseError `DATABASE_UNREACHABLE`.
 */
export async function withSession<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  // The next query reports a lost connection; without a listener, the loss alone would end the process.
  client.on("error", () => {});
  await client.connect().catch((cause: unknown) => {
    throw databaseUnreachable(url, cause);
  });
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Says which database could not be reached and why, without its password. */
export function databaseUnreachable(url: string, cause: unknown): DatabaseError {
  const where = URL.canParse(url) ? `${new URL(url).host}${new URL(url).pathname}` : "its address, which is no URL";
  // A name with several addresses fails with an AggregateError, whose message is empty.
  const why = cause instanceof AggregateError ? cause.errors.map(String).join("; ") : String(cause);
  return new DatabaseError("DATABASE_UNREACHABLE", `Can't connect to the database at ${where}: ${why}`, { cause });
}
