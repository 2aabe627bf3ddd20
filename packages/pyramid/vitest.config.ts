import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "pyramid",
    include: ["test/**/*.test.ts"],
    // What one test does is bounded, however busy the machine is: only what hangs takes so long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
