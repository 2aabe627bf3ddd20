import { Readable } from "node:stream";
import { getSource, type Ports, shownName } from "@tilewright/core";
import { create as contentDisposition } from "content-disposition";
import type { FastifyInstance } from "fastify";
import { Id, parsed } from "./addresses.ts";
import { askedRange, isKnownTo, rangeText } from "./asked-range.ts";

/** `/images/<imageId>/source`: the file that was uploaded, byte by byte, under the name that it came with. */
export function registerSources(app: FastifyInstance, ports: Ports): void {
  app.route<{ Params: { imageId: string } }>({
    method: ["GET", "HEAD"],
    url: "/images/:imageId/source",
    handler: async (request, reply) => {
      const imageId = parsed(Id, request.params.imageId);
      const { image, stored } = await getSource(ports, { imageId });
      const { key, sizeBytes } = stored;
      const etag = `"${image.sourceSha256 ?? stored.etag.replaceAll('"', "")}"`;
      reply
        .header("etag", etag)
        // It may be deleted: who has it asks again.
        .header("cache-control", "private, no-cache")
        .header("accept-ranges", "bytes")
        .header("content-disposition", contentDisposition(nameOnDisk(image.name)))
        .type("application/octet-stream");
      if (isKnownTo(request, etag)) return reply.code(304).send();
      const asked = askedRange(request, etag, sizeBytes);
      if (asked === "NONE") return reply.code(416).header("content-range", `bytes */${sizeBytes}`).send();
      const range = asked === "ALL" ? { start: 0, end: sizeBytes } : asked;
      if (asked !== "ALL") reply.code(206).header("content-range", rangeText(range, sizeBytes));
      reply.header("content-length", range.end - range.start);
      return request.method === "HEAD" ? reply.send() : reply.send(Readable.from(ports.objects.get(key, range)));
    },
  });
}

/** A name that leads nowhere else, hides nothing, and is a file's name on every system. */
const nameOnDisk = (name: string): string =>
  shownName(name)
    .replace(/[/\\:*?"<>|]/g, "_")
    .replace(/^\.+/, "_");
