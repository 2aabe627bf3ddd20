import { expect, test } from "vitest";
import { scaleFor } from "./scale.ts";

test.each([
  [0.0005, "50 nm", 100],
  [0.0071, "500 nm", 70.42],
  [0.25, "20 µm", 80],
  [0.5, "50 µm", 100],
  [1, "100 µm", 100],
  [7.2, "1 mm", 138.89],
  [100, "10 mm", 100],
])("at %d µm to a pixel, the bar is %s", (micrometresPerPx, label, widthPx) => {
  const scale = scaleFor(micrometresPerPx, 140);
  expect(scale.label).toBe(label);
  expect(scale.widthPx).toBeCloseTo(widthPx, 2);
});
