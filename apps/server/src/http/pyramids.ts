import type { Ports } from "@tilewright/core";
import { thumbnail } from "@tilewright/pyramid";
import type { FastifyInstance } from "fastify";
import { OpenPyramids } from "../pyramids/open-pyramids.ts";
import { Id, parsed } from "./addresses.ts";
import type { BaseAddress } from "./base-address.ts";
import type { DecodingLimit } from "./decoding-limit.ts";
import { registerDzi } from "./dzi.ts";
import { registerIiif } from "./iiif.ts";
import { unchanging } from "./unchanging.ts";
import { registerXyz } from "./xyz.ts";

const thumbnailSizePx = 512;

/** Views of the published pyramids. A job's pyramid never changes, so its pictures may be cached for good. */
export async function registerPyramids(
  app: FastifyInstance,
  ports: Ports,
  { decode, baseAddress }: { decode: DecodingLimit; baseAddress: BaseAddress },
): Promise<void> {
  const pyramids = new OpenPyramids(ports.jobs.tiling, ports.objects);
  registerDzi(app, ports, pyramids);
  registerIiif(app, pyramids, { decode, baseAddress });
  registerXyz(app, pyramids, baseAddress);

  app.get<{ Params: { jobId: string } }>("/pyramids/:jobId/manifest.json", async (request, reply) => {
    const { manifest } = await pyramids.get(parsed(Id, request.params.jobId));
    const { jobId, pyramid } = manifest;
    return unchanging(request, reply, `${jobId}-${pyramid.sha256}`, "application/json", async () =>
      JSON.stringify(manifest),
    );
  });

  app.get<{ Params: { jobId: string } }>("/pyramids/:jobId/thumbnail.jpg", async (request, reply) => {
    const { pyramid, manifest } = await pyramids.get(parsed(Id, request.params.jobId));
    return unchanging(request, reply, `${manifest.pyramid.sha256}-thumbnail`, "image/jpeg", () =>
      thumbnail(pyramid, thumbnailSizePx),
    );
  });
}
