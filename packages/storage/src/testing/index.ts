import { inject } from "vitest";
import type {} from "./provided.ts";
import { createBucket, type TestBucket } from "./test-s3.ts";

export { FaultyLine } from "./faulty-line.ts";
export { storageUrlOf, type TestBucket } from "./test-s3.ts";

/**
 * Gives a test file a bucket of its own. Needs `@tilewright/storage/testing/global-setup` in Vitest's `globalSetup`.
 */
export const createTestBucket = (options?: { cors?: boolean }): Promise<TestBucket> =>
  createBucket(inject("testS3"), options);
