import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "worker",
    include: ["test/**/*.test.ts"],
    globalSetup: "@tilewright/storage/testing/global-setup",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
