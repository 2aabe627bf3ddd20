import { createHmac, timingSafeEqual } from "node:crypto";
import { TilewrightError } from "@tilewright/core";

/** What a part's address grants: exactly one part of one upload, until a moment. */
export interface PartGrant {
  readonly storageUploadId: string;
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly expiresAt: Date;
}

const route = "/uploads/parts";

/** The address, absolute on the server, at which `grant` may be used. */
export function signGrant(secret: string, grant: PartGrant): string {
  const query = new URLSearchParams({
    size: String(grant.sizeBytes),
    expires: String(grant.expiresAt.getTime()),
    signature: signatureOf(secret, grant),
  });
  return `${route}/${grant.storageUploadId}/${grant.partNumber}?${query}`;
}

/** Reads a grant back from its address. @throws TilewrightError PART_URL_INVALID, PART_URL_EXPIRED */
export function verifyGrant(secret: string, url: string, now: Date): PartGrant {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [storageUploadId = "", partNumber = ""] = pathname.slice(route.length + 1).split("/");
  const grant: PartGrant = {
    storageUploadId,
    partNumber: Number(partNumber),
    sizeBytes: Number(searchParams.get("size")),
    expiresAt: new Date(Number(searchParams.get("expires"))),
  };
  const given = Buffer.from(searchParams.get("signature") ?? "");
  const expected = Buffer.from(signatureOf(secret, grant));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new TilewrightError("PART_URL_INVALID");
  }
  if (grant.expiresAt <= now) throw new TilewrightError("PART_URL_EXPIRED");
  return grant;
}

function signatureOf(secret: string, { storageUploadId, partNumber, sizeBytes, expiresAt }: PartGrant): string {
  const claim = `${storageUploadId}/${partNumber}/${sizeBytes}/${expiresAt.getTime()}`;
  return createHmac("sha256", secret).update(claim).digest("base64url");
}
