import { type Ports, TilewrightError } from "@tilewright/core";
import { dziDescriptor } from "@tilewright/pyramid";
import type { FastifyInstance } from "fastify";
import type { OpenPyramids } from "../pyramids/open-pyramids.ts";
import { addressed, Id, parsed, tileAt, tileContentType } from "./addresses.ts";
import { tileRoute, unchanging } from "./unchanging.ts";

/** Deep Zoom: a descriptor, and tiles by level. By image, the address follows its newest pyramid. */
export function registerDzi(app: FastifyInstance, ports: Ports, pyramids: OpenPyramids): void {
  app.get<{ Params: { file: string } }>("/images/:file", async (request, reply) => {
    const { imageId } = addressed(request.params.file, /^(?<imageId>[^.]+)\.dzi$/);
    const newest = await ports.jobs.tiling.find({ imageId: parsed(Id, imageId) });
    const shownJobId = newest?.metadataPath ? newest.jobId : newest?.replacesJobId;
    if (!shownJobId) throw new TilewrightError("IMAGE_NOT_FOUND", "This image has no pyramid yet.");
    return reply.header("cache-control", "no-cache").redirect(`/pyramids/${shownJobId}.dzi`, 302);
  });

  app.get<{ Params: { file: string } }>("/pyramids/:file", async (request, reply) => {
    const { jobId } = addressed(request.params.file, /^(?<jobId>[^.]+)\.dzi$/);
    const { pyramid, manifest } = await pyramids.get(parsed(Id, jobId));
    return unchanging(request, reply, `${manifest.pyramid.sha256}-dzi`, "application/xml", async () =>
      dziDescriptor(pyramid),
    );
  });

  app.get<{ Params: { folder: string; level: string; tile: string } }>(
    "/pyramids/:folder/:level/:tile",
    tileRoute,
    async (request, reply) => {
      const { jobId } = addressed(request.params.folder, /^(?<jobId>.+)_files$/);
      const { level, column, row, extension } = tileAt(request.params);
      const { pyramid, manifest } = await pyramids.get(parsed(Id, jobId));
      const etag = `${manifest.pyramid.sha256}-${level}-${column}-${row}`;
      return unchanging(request, reply, etag, tileContentType(pyramid, extension), async () => {
        const tile = await pyramid.readTile(level, column, row);
        if (!tile) throw new TilewrightError("OBJECT_NOT_FOUND", "The pyramid has no such tile.");
        return tile;
      });
    },
  );
}
