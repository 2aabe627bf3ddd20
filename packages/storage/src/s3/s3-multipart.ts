import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type Part,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { TilewrightError } from "@tilewright/core";
import type { PartAddress, StoredPart } from "@tilewright/core/storage";
import { answerOf } from "./s3-errors.ts";

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

interface OpenPlace extends Place {
  readonly UploadId: string;
}

/** Multipart uploads in S3's own words. Which parts have arrived, only the store knows. */
export class S3Multipart {
  readonly #client: S3Client;
  readonly #pageSize: number | undefined;

  constructor(client: S3Client, pageSize?: number) {
    this.#client = client;
    this.#pageSize = pageSize;
  }

  async create(place: Place): Promise<OpenPlace> {
    const { UploadId } = await answerOf(this.#client.send(new CreateMultipartUploadCommand(place)));
    if (!UploadId) throw new TilewrightError("STORAGE_UNAVAILABLE", "The object store opened an upload without an id.");
    return { ...place, UploadId };
  }

  /** @param signer knows the store by the address at which senders reach it. */
  async sign(
    signer: S3Client,
    place: OpenPlace,
    partNumber: number,
    sizeBytes: number,
    lifetimeMs: number,
  ): Promise<PartAddress> {
    const expiresAt = new Date(Date.now() + lifetimeMs);
    const command = new UploadPartCommand({ ...place, PartNumber: partNumber, ContentLength: sizeBytes });
    // With the length signed, the address takes the part's own bytes and no gigabyte instead of them.
    const signableHeaders = new Set(["host", "content-length"]);
    const url = await answerOf(
      getSignedUrl(signer, command, { expiresIn: Math.ceil(lifetimeMs / 1_000), signableHeaders }),
    );
    return { url, expiresAt };
  }

  async put(place: OpenPlace, partNumber: number, body: Uint8Array, signal: AbortSignal): Promise<void> {
    const command = new UploadPartCommand({ ...place, PartNumber: partNumber, Body: body });
    await uploadAnswerOf(this.#client.send(command, { abortSignal: signal }));
  }

  async list(place: OpenPlace): Promise<StoredPart[]> {
    const parts = await this.#parts(place);
    return parts.map(({ PartNumber = 0, Size = 0, LastModified }) => ({
      partNumber: PartNumber,
      sizeBytes: Size,
      arrivedAt: LastModified ?? new Date(0),
    }));
  }

  /** @throws TilewrightError UPLOAD_CLOSED when it was completed or aborted already, PARTS_MISSING */
  async complete(place: OpenPlace): Promise<void> {
    const parts = (await this.#parts(place)).map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    if (parts.length === 0) throw new TilewrightError("PARTS_MISSING");
    const command = new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts: parts } });
    await uploadAnswerOf(this.#client.send(command));
  }

  async abort(place: OpenPlace): Promise<void> {
    await uploadAnswerOf(this.#client.send(new AbortMultipartUploadCommand(place))).catch((error: unknown) => {
      const isGone = error instanceof TilewrightError && error.code === "UPLOAD_CLOSED";
      if (!isGone) throw error;
    });
  }

  /** In ascending order, which completing demands and not every store checks. */
  async #parts(place: OpenPlace): Promise<Part[]> {
    const parts: Part[] = [];
    let marker: string | undefined;
    do {
      const command = new ListPartsCommand({ ...place, PartNumberMarker: marker, MaxParts: this.#pageSize });
      const page = await uploadAnswerOf(this.#client.send(command));
      parts.push(...(page.Parts ?? []));
      // Some stores name a next page where there is none; the SDK's own paginator would ask for it for ever.
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return parts.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
  }
}

/** As `answerOf`, for requests about one upload: some stores say that the key is missing when the upload is. */
async function uploadAnswerOf<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await answerOf(asking);
  } catch (error) {
    const isMissing = error instanceof TilewrightError && error.code === "OBJECT_NOT_FOUND";
    throw isMissing ? new TilewrightError("UPLOAD_CLOSED") : error;
  }
}
