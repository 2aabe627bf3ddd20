import { type Ports, TilewrightError } from "@tilewright/core";
import { thumbnail } from "@tilewright/pyramid";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { OpenPreviews } from "../pyramids/open-previews.ts";
import { OpenSources } from "../pyramids/open-sources.ts";
import { Id, parsed, tileAt, tileContentType } from "./addresses.ts";
import type { DecodingLimit } from "./decoding-limit.ts";
import { tileRoute, unchanging } from "./unchanging.ts";

const Attempt = z.string().regex(/^\d{1,9}$/);

const thumbnailSizePx = 512;

/**
 * Deep Zoom tiles of the small pyramid that an attempt has published before the full one, and finer ones of the source
 * where that is stored in tiles itself. Neither changes as long as the attempt lasts.
 */
export async function registerPreviews(app: FastifyInstance, ports: Ports, decode: DecodingLimit): Promise<void> {
  const previews = new OpenPreviews(ports.jobs.tiling, ports.objects);
  const sources = new OpenSources(ports.images, ports.objects, decode);

  app.get<{ Params: { jobId: string; attempt: string } }>(
    "/previews/:jobId/:attempt/thumbnail.jpg",
    async (request, reply) => {
      const jobId = parsed(Id, request.params.jobId);
      const attempt = Number(parsed(Attempt, request.params.attempt));
      const { preview } = await previews.get(jobId, attempt);
      const etag = `${jobId}-${attempt}-thumbnail`;
      return unchanging(request, reply, etag, "image/jpeg", () => thumbnail(preview, thumbnailSizePx));
    },
  );

  app.get<{ Params: { jobId: string; attempt: string; level: string; tile: string } }>(
    "/previews/:jobId/:attempt/:level/:tile",
    tileRoute,
    async (request, reply) => {
      const jobId = parsed(Id, request.params.jobId);
      const attempt = Number(parsed(Attempt, request.params.attempt));
      const { level, column, row, extension } = tileAt(request.params);
      const { job, preview } = await previews.get(jobId, attempt);
      const isFiner = level >= preview.levelCount && job.preview.imageLevelCount !== undefined;
      const etag = `${jobId}-${attempt}-${level}-${column}-${row}`;
      return unchanging(request, reply, etag, tileContentType(preview, extension), async () => {
        const shown = isFiner ? await sources.get(job) : preview;
        const tile = await shown.readTile(level, column, row);
        if (!tile) throw new TilewrightError("OBJECT_NOT_FOUND", "The preview has no such tile.");
        return tile;
      });
    },
  );
}
