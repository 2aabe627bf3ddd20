import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "packages/*/vitest.config.ts",
      "apps/*/vitest.config.ts",
      "e2e/vitest.config.ts",
      "chaos/vitest.config.ts",
    ],
    reporters: ["default", "./scripts/closing-line-reporter.ts"],
    // Three files at a time: browsers, databases and decoders run beside the tests, and are waited for a third of the time.
    maxWorkers: 3,
  },
});
