import { expect, test } from "vitest";
import { TilewrightError } from "../errors.ts";
import { partSizeOf, planParts } from "./part-plan.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const TiB = 2 ** 40;

test.each([1, 8 * MiB - 1, 8 * MiB, 8 * MiB + 1, 20 * GiB, 78 * GiB, 80 * GiB, 5 * TiB, 48 * TiB])(
  "the parts of %d bytes add up to the file, within the limits of S3",
  (sizeBytes) => {
    const layout = planParts(sizeBytes);
    const last = partSizeOf(layout, layout.partCount);
    expect((layout.partCount - 1) * layout.partSizeBytes + last).toBe(sizeBytes);
    expect(last).toBeGreaterThan(0);
    expect(layout.partCount).toBeLessThanOrEqual(10_000);
    expect(layout.partSizeBytes).toBeLessThanOrEqual(5 * GiB);
    expect(layout.partSizeBytes).toBeGreaterThanOrEqual(8 * MiB);
  },
);

test.each([0, -1, 1.5, 4])("part %d of three is refused", (partNumber) => {
  const layout = planParts(20 * MiB);
  expect(layout.partCount).toBe(3);
  expect(() => partSizeOf(layout, partNumber)).toThrow(TilewrightError);
});
