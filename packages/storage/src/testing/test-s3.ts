import { randomBytes } from "node:crypto";
import { CreateBucketCommand, PutBucketCorsCommand, S3Client } from "@aws-sdk/client-s3";

/** An S3 server that tests may fill: plain data, as it travels from Vitest's main process to its workers. */
export interface TestS3 {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface TestBucket {
  /** STORAGE_URL of a store in it. */
  readonly storageUrl: string;
  /** What a process that uses it needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Makes a bucket of a test's own. With `cors`, pages of any origin may send parts to it. */
export async function createBucket(s3: TestS3, { cors = true } = {}): Promise<TestBucket> {
  const bucket = `test-${randomBytes(6).toString("hex")}`;
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    forcePathStyle: true,
    credentials: s3,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const rule = {
      AllowedOrigins: ["*"],
      AllowedMethods: ["PUT"],
      AllowedHeaders: ["*"],
      ExposeHeaders: ["ETag"],
      MaxAgeSeconds: 600,
    };
    if (cors) await client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }));
  } finally {
    client.destroy();
  }
  return {
    storageUrl: storageUrlOf(bucket, s3.endpoint),
    environment: {
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
      AWS_REGION: s3.region,
    },
  };
}

/** The same bucket as reached through another address, such as a proxy's. */
export const storageUrlOf = (bucket: string, endpoint: string, prefix = "tiles"): string =>
  `s3://${bucket}/${prefix}?${new URLSearchParams({ endpoint })}`;
