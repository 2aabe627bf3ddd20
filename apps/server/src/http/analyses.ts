import { jobDomains, type Ports, TilewrightError } from "@tilewright/core";
import { attemptPrefix } from "@tilewright/core/storage";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ShownJobs } from "../pyramids/shown-jobs.ts";
import { Id, parsed } from "./addresses.ts";
import { sendStored } from "./stored-object.ts";

const FileName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}\.(?:json|geojson|png|webp)$/);

const contentTypes: Readonly<Record<string, string>> = {
  json: "application/json",
  geojson: "application/geo+json",
  png: "image/png",
  webp: "image/webp",
};

/**
 * `/analyses/<jobId>/analysis.json` and the layers beside it. A finished job's never change, but they may be removed.
 */
export function registerAnalyses(app: FastifyInstance, { jobs, objects }: Ports): void {
  const shown = new ShownJobs((jobId) => jobs.analysis.find({ jobId }));
  app.route<{ Params: { jobId: string; file: string } }>({
    method: ["GET", "HEAD"],
    url: "/analyses/:jobId/:file",
    handler: async (request, reply) => {
      const file = parsed(FileName, request.params.file);
      const job = await shown.get(parsed(Id, request.params.jobId));
      if (job.status !== "COMPLETED") throw new TilewrightError("JOB_NOT_FOUND", "The analysis has no result yet.");
      const stored = await objects.head(attemptPrefix(jobDomains.analysis, job) + file);
      if (!stored) throw new TilewrightError("OBJECT_NOT_FOUND", "The analysis has no such file.");
      reply.header("cache-control", "no-cache").type(contentTypes[file.split(".")[1] ?? ""] ?? "");
      return sendStored(request, reply, objects, stored, `"${job.jobId}-${file}"`);
    },
  });
}
