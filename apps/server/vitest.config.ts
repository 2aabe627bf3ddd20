import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "server",
    include: ["test/**/*.test.ts"],
    globalSetup: ["@tilewright/db/testing/global-setup", "@tilewright/storage/testing/global-setup"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
