import type { TestServer } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    testServer: TestServer;
  }
}
