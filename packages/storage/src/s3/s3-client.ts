import { S3Client } from "@aws-sdk/client-s3";
import type { S3Address } from "./s3-address.ts";

const connectWithinMs = 5_000;

/**
 * A client with the credentials that AWS's own tools would find: environment, profile, container or machine role.
 *
 * @param silenceMs how long a connection may stay without a byte before the store counts as not answering.
 */
export function createS3Client({ endpoint, region }: S3Address, silenceMs: number): S3Client {
  return new S3Client({
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // Stores that are not Amazon's mostly don't care, but a signature needs one.
    ...(region !== undefined ? { region } : endpoint !== undefined && { region: "us-east-1" }),
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: connectWithinMs,
      socketTimeout: silenceMs,
      httpAgent: { maxSockets: 64 },
      httpsAgent: { maxSockets: 64 },
    },
    // Amazon's newer checksums put an empty body's digest into presigned addresses, and other stores refuse them.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}
