import { type Ports, shownName } from "@tilewright/core";
import { getSource } from "@tilewright/core/image";
import { create as contentDisposition } from "content-disposition";
import type { FastifyInstance } from "fastify";
import { Id, parsed } from "./addresses.ts";
import { sendStored } from "./stored-object.ts";

/** `/images/<imageId>/source`: the file that was uploaded, byte by byte, under the name that it came with. */
export function registerSources(app: FastifyInstance, ports: Ports): void {
  app.route<{ Params: { imageId: string } }>({
    method: ["GET", "HEAD"],
    url: "/images/:imageId/source",
    handler: async (request, reply) => {
      const imageId = parsed(Id, request.params.imageId);
      const { image, stored } = await getSource(ports, { imageId });
      const etag = `"${image.sourceSha256 ?? stored.etag.replaceAll('"', "")}"`;
      reply
        // It may be deleted: who has it asks again.
        .header("cache-control", "private, no-cache")
        .header("content-disposition", contentDisposition(nameOnDisk(image.name)))
        .type("application/octet-stream");
      return sendStored(request, reply, ports.objects, stored, etag);
    },
  });
}

/** A name that leads nowhere else, hides nothing, and is a file's name on every system. */
const nameOnDisk = (name: string): string =>
  shownName(name)
    .replace(/[/\\:*?"<>|]/g, "_")
    .replace(/^\.+/, "_");
