import { expect, test } from "vitest";
import { failureKinds, tilingFailures } from "./failure.ts";

test("what fails the same way every time is not to be tried once more", () => {
  for (const code of ["INTERNAL", "WORKER_LOST"] as const) {
    expect(tilingFailures.remedyFor(code, 1, 3)).toBe(failureKinds[code].remedy);
    expect(tilingFailures.remedyFor(code, 3, 3)).toMatch(/^Every attempt went the same way.*Save the image anew/);
    expect(tilingFailures.remedyFor(code, 3, 3)).not.toMatch(/retry/i);
    // Nothing is known of the other times where there were none.
    expect(tilingFailures.remedyFor(code, 1, 1)).toBe(failureKinds[code].remedy);
  }
  expect(tilingFailures.remedyFor("STORAGE_UNAVAILABLE", 3, 3)).toBe(failureKinds.STORAGE_UNAVAILABLE.remedy);
});
