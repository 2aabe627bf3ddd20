import { defineConfig } from "vitest/config";

/**
 * Tests that lie beside the source that they test, such as `src/text.test.ts`. They are pure, and Node sees to that:
 * they can't write a file, start a process or a thread, load native code or open a connection.
 */
const unit = {
  test: {
    name: "unit",
    include: ["{packages,apps}/*/src/**/*.test.{ts,tsx}"],
    execArgv: ["--permission", "--allow-fs-read=*"],
    setupFiles: ["./scripts/no-network.ts"],
    // What is pure leaves nothing behind for the next file.
    isolate: false,
    // They take seconds together; where they run beside other checks on a busy machine, one may take as long.
    testTimeout: 120_000,
  },
};

export default defineConfig({
  test: {
    projects: [
      unit,
      "packages/*/vitest.config.ts",
      "apps/*/vitest.config.ts",
      "e2e/vitest.config.ts",
      "chaos/vitest.config.ts",
    ],
    reporters: ["default", "./scripts/closing-line-reporter.ts"],
  },
});
