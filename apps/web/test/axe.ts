import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Holds the page as it stands against all of axe's rules, once nothing on it moves any more. */
export async function expectAccessible(page: Page): Promise<void> {
  // Half-faded colours are not the page's: wait until nothing that ends is moving any more.
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => animation.effect?.getComputedTiming().iterations === Infinity),
  );
  const { violations } = (await page.evaluate(`${axe}; axe.run()`)) as AxeResults;
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}
