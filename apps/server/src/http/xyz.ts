import { TilewrightError } from "@tilewright/core";
import { tileExtensions, tileJson, xyzTile } from "@tilewright/pyramid";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { OpenPyramids } from "../pyramids/open-pyramids.ts";
import { addressed, Id, Level, parsed, TileIndex, tileContentType } from "./addresses.ts";
import type { BaseAddress } from "./base-address.ts";
import { tileRoute, unchanging } from "./unchanging.ts";

const Edge = z.enum(["clipped", "filled"]);
const TileQuery = z.object({ edge: Edge.default("clipped") });
/** Those that read a TileJSON draw every tile as a square, unless they say that they don't. */
const DescriptionQuery = z.object({ edge: Edge.default("filled") });

/** Tiles for map viewers, with a TileJSON that says where they are. */
export function registerXyz(app: FastifyInstance, pyramids: OpenPyramids, baseAddress: BaseAddress): void {
  app.get<{ Params: { jobId: string } }>("/xyz/:jobId/tiles.json", async (request, reply) => {
    const { jobId } = request.params;
    const { pyramid, manifest } = await pyramids.get(parsed(Id, jobId));
    const { edge } = parsed(DescriptionQuery, request.query);
    const name = `{z}/{x}/{y}.${tileExtensions[pyramid.tileFormat][0]}?edge=${edge}`;
    const base = baseAddress(request);
    const tileUrl = `${base}/xyz/${jobId}/${name}`;
    const etag = `${manifest.pyramid.sha256}-xyz-${edge}-${base}`;
    return unchanging(request, reply, etag, "application/json", async () => JSON.stringify(tileJson(pyramid, tileUrl)));
  });

  app.get<{ Params: { jobId: string; z: string; x: string; file: string } }>(
    "/xyz/:jobId/:z/:x/:file",
    tileRoute,
    async (request, reply) => {
      const { y, extension = "" } = addressed(request.params.file, /^(?<y>\d+)\.(?<extension>[a-z]+)$/);
      const zoom = Number(parsed(Level, request.params.z));
      const [column, row] = [request.params.x, y].map((index) => Number(parsed(TileIndex, index)));
      const { pyramid, manifest } = await pyramids.get(parsed(Id, request.params.jobId));
      const { edge } = parsed(TileQuery, request.query);
      const etag = `${manifest.pyramid.sha256}-xyz-${edge}-${zoom}-${column}-${row}`;
      return unchanging(request, reply, etag, tileContentType(pyramid, extension), async () => {
        const tile = await xyzTile(pyramid, zoom, column ?? 0, row ?? 0, edge);
        if (!tile) throw new TilewrightError("OBJECT_NOT_FOUND", "The pyramid has no such tile.");
        return tile;
      });
    },
  );
}
