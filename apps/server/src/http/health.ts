import { TilewrightError } from "@tilewright/core";
import type { FastifyInstance } from "fastify";
import { type ReadinessChecks, readinessBy } from "../readiness/check.ts";

/**
 * `/healthz`: 200 while the process answers at all. `/readyz`: 200 while everything that it needs is well, else 503
 * with what is not, part by part.
 */
export function registerHealth(app: FastifyInstance, checks: ReadinessChecks): void {
  const look = readinessBy(checks);
  app.get("/healthz", async (_request, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const found = Object.entries(await look());
    const parts = Object.fromEntries(found.map(([part, fault]) => [part, fault?.code ?? "ok"]));
    const faults = found.flatMap(([, fault]) => fault ?? []);
    if (faults.length > 0) {
      const sentences = new Set(faults.map(({ sentence }) => sentence));
      throw new TilewrightError("NOT_READY", [...sentences].join(" "), parts);
    }
    return reply.header("cache-control", "no-store").send({ status: "ok", parts });
  });
}
