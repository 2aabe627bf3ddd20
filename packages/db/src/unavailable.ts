import { TilewrightError } from "@tilewright/core";

/**
 * Of the operating system, PostgreSQL (classes 08 and 57, and 53100: its disk is full) and Prisma: nobody answers, or
 * the line has gone.
 */
const codes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|57P0[1-5]|53[13]00|P1001|P1002|P1008|P1017|P2024|P2028|P2037)$/;
const kinds = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TransactionAlreadyClosed)$/;
/** The driver's own errors have no code. */
const sentences =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

/**
 * Whether a call failed because the database is away: starting, stopping, crashed, out of room or out of reach. The
 * same call may well succeed in a moment. What Prisma wraps is found in its `cause` and `meta`.
 */
function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, originalCode, kind, message, cause, meta, errors } = error as Record<string, unknown>;
  if ([code, originalCode].some((each) => codes.test(String(each)))) return true;
  if (kinds.test(String(kind)) || sentences.test(String(message))) return true;
  const within = [cause, ...(Array.isArray(errors) ? errors : [])];
  const adapterError = typeof meta === "object" && meta !== null ? Object.values(meta) : [];
  return [...within, ...adapterError].some(isDatabaseAway);
}

/** A repository all of whose calls, which answer promises, fail as DATABASE_UNAVAILABLE while the database is away. */
export function tellingAbsence<Repository extends object>(repository: Repository): Repository {
  return new Proxy(repository, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return async (...given: unknown[]) => {
        try {
          return await member.apply(target, given);
        } catch (error) {
          throw isDatabaseAway(error)
            ? Object.assign(new TilewrightError("DATABASE_UNAVAILABLE"), { cause: error })
            : error;
        }
      };
    },
  });
}
