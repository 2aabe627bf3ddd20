import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "db",
    include: ["test/**/*.test.ts"],
    // Real servers start in here, on machines that may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: "@tilewright/db/testing/global-setup",
  },
});
