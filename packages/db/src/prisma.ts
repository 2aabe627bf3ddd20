import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/prisma/client.ts";
import { connectTimeoutMs } from "./session.ts";

/** A pool of at most `maxConnections` to a database; `onError` hears of what fails outside any call. */
export function createPrisma(url: string, maxConnections: number, onError: (error: Error) => void): PrismaClient {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      application_name: "tilewright",
      max: maxConnections,
      connectionTimeoutMillis: connectTimeoutMs,
    },
    { onPoolError: onError, onConnectionError: onError },
  );
  return new PrismaClient({ adapter });
}
