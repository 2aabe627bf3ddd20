// The plain form of the same stack: Fastify, tRPC and one findFirst per poll. node plain-server.ts DATABASE_URL PORT
import { connectDatabase } from "@tilewright/db";
import { initTRPC, TRPCError } from "@trpc/server";
import { fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import Fastify from "fastify";
import { z } from "zod";

const [url = "", port = "0"] = process.argv.slice(2);
const { prisma } = await connectDatabase(url, { bossRole: "client", queues: [], onError: console.error });
const { router, procedure } = initTRPC.create();
const appRouter = router({
  tiling: router({
    getStatus: procedure.input(z.object({ jobId: z.uuid() })).query(async ({ input }) => {
      const job = await prisma.tilingJob.findFirst({ where: { id: input.jobId }, omit: { pyramidBytes: true } });
      if (!job) throw new TRPCError({ code: "NOT_FOUND" });
      return job;
    }),
  }),
});
const app = Fastify();
await app.register(fastifyTRPCPlugin, { prefix: "/trpc", trpcOptions: { router: appRouter } });
await app.listen({ host: "127.0.0.1", port: Number(port) });
process.send?.("ready");
