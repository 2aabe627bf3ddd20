import { type ErrorCode, installationKey, type Ports, TilewrightError } from "@tilewright/core";
import type { FastifyInstance } from "fastify";

const answersWithinMs = 1_000;
const heldForMs = 1_000;

/** `/healthz`: 200 while database and store answer, else 503 and which of them does not. */
export function registerHealth(app: FastifyInstance, { ownership, objects }: Pick<Ports, "ownership" | "objects">) {
  const askDatabase = askedOnce(() => ownership.installation());
  const askStore = askedOnce(() => objects.head(installationKey));
  app.get("/healthz", async (_request, reply) => {
    const [{ hasMarked }, mark] = await Promise.all([
      orElse("DATABASE_UNAVAILABLE", askDatabase()),
      orElse("STORAGE_UNAVAILABLE", askStore()),
    ]);
    // Where the store is not mounted there is a folder all the same.
    if (hasMarked && !mark) throw new TilewrightError("STORAGE_UNAVAILABLE");
    return reply.header("cache-control", "no-store").send({ status: "ok" });
  });
}

/**
 * Whoever asks while an answer is under way, or a moment old, shares it: asking often costs no more than asking once.
 */
function askedOnce<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let latest: Promise<Answer> | null = null;
  const forget = () => setTimeout(() => (latest = null), heldForMs).unref();
  return () => {
    if (latest) return latest;
    latest = ask();
    latest.then(forget, forget);
    return latest;
  };
}

async function orElse<Answer>(code: ErrorCode, answer: Promise<Answer>): Promise<Answer> {
  const late = AbortSignal.timeout(answersWithinMs);
  const given = new Promise<never>((_, reject) => {
    late.addEventListener("abort", () => reject(new TilewrightError(code)), { once: true });
  });
  return Promise.race([answer.catch(() => Promise.reject(new TilewrightError(code))), given]);
}
