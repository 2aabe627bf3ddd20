import { TilewrightError } from "@tilewright/core";
import { expect, test } from "vitest";
import { refusalOf } from "./refusal.ts";

const wire = (code: unknown, details = {}) =>
  Object.assign(new Error("Only a failed job can be retried."), { data: { tilewright: { code, details } } });

test("a refusal is found as itself, as a cause, and as it came over the wire", () => {
  const refusal = new TilewrightError("JOB_NOT_FAILED");
  expect(refusalOf(refusal)).toBe(refusal);
  expect(refusalOf(new Error("outer", { cause: refusal }))).toBe(refusal);
  expect(refusalOf(wire("JOB_NOT_FAILED", { partNumber: 1 }))).toMatchObject({
    code: "JOB_NOT_FAILED",
    message: "Only a failed job can be retried.",
    details: { partNumber: 1 },
  });
});

test.each([
  ["a database that is away", wire("DATABASE_UNAVAILABLE")],
  ["a fault of the server", wire("INTERNAL")],
  ["a code of a later version", wire("NEVER_HEARD_OF")],
  ["a call without data", Object.assign(new Error(), { data: null })],
  ["a lost line", new TypeError("fetch failed")],
  ["no error", "text"],
])("%s refuses nothing: the same call may be made again", (_, error) => expect(refusalOf(error)).toBeNull());
