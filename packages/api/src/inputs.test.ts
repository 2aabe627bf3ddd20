import { expect, test } from "vitest";
import { z } from "zod";
import { appRouter } from "./index.ts";
import { type Leaf, leavesOf } from "./testing/leaves.ts";

const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { inputs: unknown[] } }>;

const inputs = Object.entries(procedures).map(([path, { _def }]) => {
  const [input] = _def.inputs;
  if (!(input instanceof z.core.$ZodType)) throw new Error(`${path} takes what no schema describes.`);
  return { path, input };
});
const leaves = inputs.flatMap(({ path, input }) => [...leavesOf(input, path)]);
const takes = ({ schema }: Leaf, value: unknown) => z.safeParse(schema, value).success;

test("there are inputs to look at", () => {
  expect(inputs.length).toBeGreaterThan(15);
  expect(leaves.map(({ place }) => place)).toEqual(
    expect.arrayContaining(["uploads.create.fileName", "uploads.create.metadata[]", "tiling.markFailed.reason"]),
  );
});

const of = (kind: Leaf["kind"]) =>
  leaves.filter((leaf) => leaf.kind === kind).map((leaf) => [leaf.place, leaf] as const);

test.each(of("text"))("%s is bounded, and refuses what can't be stored", (_, leaf) => {
  // Those that take only certain forms refuse these anyway.
  const broken = ["\0", "a\0b", "\uD800", "a\uDC00b", "\uDC00\uD800"];
  expect(broken.filter((text) => takes(leaf, text))).toEqual([]);
  expect(takes(leaf, "a".repeat(5_000))).toBe(false);
  expect(takes(leaf, "0".repeat(5_000))).toBe(false);
});

test.each(of("list"))("%s has an end", (_, { schema }) => {
  expect(z.toJSONSchema(schema, { unrepresentable: "any" }).maxItems).toBeLessThanOrEqual(1_000);
});

test.each(of("record"))("%s has an end", (_, leaf) => {
  const taken = [null, 1, { type: "number" }].find((value) => takes(leaf, { name: value }));
  expect(taken).toBeDefined();
  expect(takes(leaf, Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`name${n}`, taken])))).toBe(false);
});

test.each(inputs)("$path refuses what it does not know", ({ input }) => {
  const refusal = z.safeParse(input, { nothing: "of the kind" });
  expect(JSON.stringify(refusal.error?.issues)).toContain("unrecognized_keys");
});

test("what can be left out altogether may be", () => {
  const optional = inputs.filter(({ input }) => z.safeParse(input, {}).success);
  expect(optional.map(({ path }) => path)).toEqual(["images.list", "tiling.list", "analysis.kinds", "analysis.list"]);
  for (const { input } of optional) expect(z.safeParse(input, undefined).success).toBe(true);
});
