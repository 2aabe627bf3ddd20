import type { TestS3 } from "./test-s3.ts";

declare module "vitest" {
  interface ProvidedContext {
    testS3: TestS3;
  }
}
