import type { Readable } from "node:stream";
import type { StoredPart } from "@tilewright/core/storage";
import type { FastifyInstance } from "fastify";

export interface PartReceiver {
  acceptPart(url: string, announcedBytes: number | null, body: Readable): Promise<StoredPart>;
}

/**
 * `PUT /uploads/parts/…`: the signed addresses that the disk store hands out. Bodies stream through, never held whole.
 */
export async function registerPartUploads(app: FastifyInstance, receiver: PartReceiver): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    scope.put("/uploads/parts/:upload/:part", async (request, reply) => {
      const announced = request.headers["content-length"];
      try {
        const part = await receiver.acceptPart(request.url, announced ? Number(announced) : null, request.raw);
        return reply.header("cache-control", "no-store").send(part);
      } finally {
        // A sender that is refused half-way sends the rest before it listens.
        request.raw.resume();
      }
    });
  });
}
