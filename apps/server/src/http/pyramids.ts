import { type Ports, TilewrightError } from "@tilewright/core";
import { dziDescriptor, thumbnail } from "@tilewright/pyramid";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { OpenPyramids } from "../pyramids/open-pyramids.ts";

const Id = z.uuid();
const TileName = z.string().regex(/^\d{1,9}_\d{1,9}\.jpe?g$/);
const Level = z.string().regex(/^\d{1,2}$/);

const thumbnailSizePx = 512;

/**
 * Deep-zoom views of the published pyramids. A job's pyramid never changes, so its answers may be cached for good;
 * the address by image follows the image's newest pyramid by a redirect.
 */
export async function registerPyramids(app: FastifyInstance, ports: Ports): Promise<void> {
  const pyramids = new OpenPyramids(ports.tilingJobs, ports.objects);

  app.get<{ Params: { file: string } }>("/images/:file", async (request, reply) => {
    const { imageId } = addressed(request.params.file, /^(?<imageId>[^.]+)\.dzi$/);
    const found = await ports.images.find(parsed(Id, imageId));
    if (!found?.job.metadataPath) throw new TilewrightError("IMAGE_NOT_FOUND", "This image has no pyramid yet.");
    return reply.header("cache-control", "no-cache").redirect(`/pyramids/${found.job.jobId}.dzi`, 302);
  });

  app.get<{ Params: { file: string } }>("/pyramids/:file", async (request, reply) => {
    const { jobId } = addressed(request.params.file, /^(?<jobId>[^.]+)\.dzi$/);
    const { pyramid, manifest } = await pyramids.get(parsed(Id, jobId));
    return unchanging(request, reply, `${manifest.pyramid.sha256}-dzi`, "application/xml", async () =>
      dziDescriptor(pyramid),
    );
  });

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

  app.get<{ Params: { folder: string; level: string; tile: string } }>(
    "/pyramids/:folder/:level/:tile",
    async (request, reply) => {
      const { jobId } = addressed(request.params.folder, /^(?<jobId>.+)_files$/);
      const level = Number(parsed(Level, request.params.level));
      const [column = 0, row = 0] = parsed(TileName, request.params.tile).split(/[_.]/).map(Number);
      const { pyramid, manifest } = await pyramids.get(parsed(Id, jobId));
      const etag = `${manifest.pyramid.sha256}-${level}-${column}-${row}`;
      return unchanging(request, reply, etag, "image/jpeg", async () => {
        const tile = await pyramid.readTile(level, column, row);
        if (!tile) throw new TilewrightError("OBJECT_NOT_FOUND", "The pyramid has no such tile.");
        return tile;
      });
    },
  );
}

/** Answers 304 without making the body when the asker has it already. */
async function unchanging(
  request: FastifyRequest,
  reply: FastifyReply,
  identity: string,
  contentType: string,
  body: () => Promise<string | Uint8Array>,
): Promise<FastifyReply> {
  const etag = `"${identity}"`;
  const known = request.headers["if-none-match"]?.split(",").map((each) => each.trim().replace(/^W\//, "")) ?? [];
  const fresh = known.includes(etag) || known.includes("*");
  const content = fresh ? null : await body();
  reply
    .header("etag", etag)
    .header("cache-control", "public, max-age=31536000, immutable")
    .header("access-control-allow-origin", "*");
  return content === null
    ? reply.code(304).send()
    : reply
        .type(contentType)
        .send(
          typeof content === "string" ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
        );
}

/** @throws TilewrightError OBJECT_NOT_FOUND: no address of ours looks like that. */
function parsed(schema: z.ZodType<string>, text: unknown): string {
  const result = schema.safeParse(text);
  if (!result.success) throw new TilewrightError("OBJECT_NOT_FOUND", "There is nothing at this address.");
  return result.data;
}

function addressed(text: string, form: RegExp): Record<string, string | undefined> {
  const groups = form.exec(text)?.groups;
  if (!groups) throw new TilewrightError("OBJECT_NOT_FOUND", "There is nothing at this address.");
  return groups;
}
