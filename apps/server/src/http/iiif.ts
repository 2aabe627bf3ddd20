import { TilewrightError } from "@tilewright/core";
import {
  type IiifAddress,
  type IiifRequest,
  IiifRequestError,
  iiifContentTypes,
  iiifImage,
  iiifInfo,
  type Pyramid,
  parseIiif,
} from "@tilewright/pyramid";
import type { FastifyInstance } from "fastify";
import type { OpenPyramids } from "../pyramids/open-pyramids.ts";
import { Id, parsed } from "./addresses.ts";
import type { BaseAddress } from "./base-address.ts";
import type { DecodingLimit } from "./decoding-limit.ts";
import { unchanging } from "./unchanging.ts";

const jsonLd = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"';

/** IIIF Image API 3.0, level 2: https://iiif.io/api/image/3.0/ */
export function registerIiif(
  app: FastifyInstance,
  pyramids: OpenPyramids,
  { decode, baseAddress }: { decode: DecodingLimit; baseAddress: BaseAddress },
): void {
  app.get<{ Params: { jobId: string } }>("/iiif/:jobId", async (request, reply) =>
    reply.redirect(`/iiif/${parsed(Id, request.params.jobId)}/info.json`, 303),
  );

  app.get<{ Params: { jobId: string } }>("/iiif/:jobId/info.json", async (request, reply) => {
    const jobId = parsed(Id, request.params.jobId);
    const { pyramid, manifest } = await pyramids.get(jobId);
    const base = baseAddress(request);
    // The answer may name the address under which it was asked for, so it differs by that.
    return unchanging(request, reply, `${manifest.pyramid.sha256}-iiif-${base}`, jsonLd, async () =>
      JSON.stringify(iiifInfo(pyramid, `${base}/iiif/${jobId}`)),
    );
  });

  app.get<{ Params: IiifAddress & { jobId: string } }>(
    "/iiif/:jobId/:region/:size/:rotation/:file",
    async (request, reply) => {
      const { jobId, ...address } = request.params;
      const { pyramid, manifest } = await pyramids.get(parsed(Id, jobId));
      const asked = understood(pyramid, address);
      const etag = `${manifest.pyramid.sha256}-iiif-${Object.values(address).join("-").replaceAll(",", "_")}`;
      return unchanging(request, reply, etag, iiifContentTypes[asked.format], () =>
        decode(() => iiifImage(pyramid, asked)),
      );
    },
  );
}

function understood(pyramid: Pyramid, address: IiifAddress): IiifRequest {
  try {
    return parseIiif(pyramid, address);
  } catch (error) {
    throw error instanceof IiifRequestError ? new TilewrightError("INVALID_INPUT", error.message) : error;
  }
}
