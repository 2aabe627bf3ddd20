import type { ByteRange } from "@tilewright/core/storage";
import type { FastifyRequest } from "fastify";
import parseRange from "range-parser";

/**
 * What part of `sizeBytes` a request asks for: a range, everything, or bytes that are not there. Several ranges at once
 * are answered in full, as HTTP allows.
 */
export function askedRange({ headers }: FastifyRequest, etag: string, sizeBytes: number): ByteRange | "ALL" | "NONE" {
  const { range, "if-range": ifRange } = headers;
  if (!range || (ifRange !== undefined && ifRange !== etag)) return "ALL";
  const ranges = parseRange(sizeBytes, range);
  if (ranges === -1) return "NONE";
  const [only] = ranges === -2 ? [] : ranges;
  if (!only || ranges === -2 || ranges.length > 1 || ranges.type !== "bytes") return "ALL";
  return { start: only.start, end: only.end + 1 };
}

/** As in `Content-Range`. */
export const rangeText = ({ start, end }: ByteRange, sizeBytes: number): string =>
  `bytes ${start}-${end - 1}/${sizeBytes}`;

/** Whether the asker has what `etag` names already. */
export function isKnownTo({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers["if-none-match"]?.split(",").map((each) => each.trim().replace(/^W\//, "")) ?? [];
  return known.includes(etag) || known.includes("*");
}
