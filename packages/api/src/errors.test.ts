import { errorSentences, isErrorCode, TilewrightError } from "@tilewright/core";
import { TRPCError } from "@trpc/server";
import { expect, test } from "vitest";
import { z } from "zod";
import { httpStatusOf, toTrpcError, toWireError } from "./errors.ts";

const codes = Object.keys(errorSentences).filter(isErrorCode);
const codesOfServer = ["STORAGE_FULL", "SERVER_BUSY", "NOT_READY", "DATABASE_UNAVAILABLE", "STORAGE_UNAVAILABLE"];

test.each(codes)("%s leaves with its code, its sentence and the status of a refusal", (code) => {
  const refusal = toTrpcError(new TilewrightError(code, undefined, { partNumber: 3 }));
  expect(refusal.message).toBe(errorSentences[code]);
  expect(toWireError(refusal, "request 1")).toEqual({ code, details: { partNumber: 3 }, requestId: "request 1" });
  const status = httpStatusOf(refusal);
  expect(Math.floor(status / 100)).toBe(codesOfServer.includes(code) ? 5 : 4);
});

test.each([
  ["UNAUTHENTICATED", 401],
  ["PART_URL_EXPIRED", 403],
  ["IMAGE_NOT_FOUND", 404],
  ["METHOD_NOT_ALLOWED", 405],
  ["STALE_ATTEMPT", 409],
  ["TOO_MANY_UPLOADS", 429],
  ["SERVER_BUSY", 503],
  ["STORAGE_FULL", 507],
] as const)("%s is HTTP's %d", (code, status) => {
  expect(httpStatusOf(toTrpcError(new TilewrightError(code)))).toBe(status);
});

test("a fault of the program says nothing of itself", () => {
  for (const fault of [
    new Error("password=hunter2"),
    "a string",
    null,
    new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: "secret" }),
  ]) {
    const refusal = toTrpcError(fault);
    expect(httpStatusOf(refusal)).toBe(500);
    expect(refusal.message).toMatch(/^Something went wrong inside the server/);
    expect(refusal.cause).toBeUndefined();
    expect(toWireError(refusal, "request 1")).toEqual({ code: "INTERNAL", details: {}, requestId: "request 1" });
  }
});

test("a refusal that tRPC has wrapped is the refusal still", () => {
  const cause = new TilewrightError("JOB_NOT_FOUND", "No such job.", { partNumber: 1 });
  const wrapped = new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause });
  expect(toWireError(toTrpcError(wrapped), null)).toMatchObject({ code: "JOB_NOT_FOUND", details: { partNumber: 1 } });
});

test("an input of the wrong form is told what is wrong with it, and no more than a page", () => {
  const issuesOf = (schema: z.ZodType, value: unknown) =>
    toTrpcError(new TRPCError({ code: "BAD_REQUEST", cause: schema.safeParse(value).error }));
  const one = issuesOf(z.object({ sizeBytes: z.int() }), { sizeBytes: 1.5 });
  expect(toWireError(one, null).code).toBe("INVALID_INPUT");
  expect(one.message).toContain("sizeBytes");
  const many = issuesOf(
    z.array(z.int()),
    Array.from({ length: 10_000 }, () => "x".repeat(100)),
  );
  expect(many.message.length).toBeLessThan(1_100);
  expect(many.message.match(/✖/g)).toHaveLength(5);
});

test.each([
  ["NOT_FOUND", "NO_SUCH_ADDRESS"],
  ["METHOD_NOT_SUPPORTED", "METHOD_NOT_ALLOWED"],
  ["UNSUPPORTED_MEDIA_TYPE", "MEDIA_TYPE_NOT_TAKEN"],
  ["PAYLOAD_TOO_LARGE", "REQUEST_TOO_LARGE"],
  ["PARSE_ERROR", "INVALID_INPUT"],
] as const)("tRPC's own %s is said in our words", (code, own) => {
  expect(toWireError(toTrpcError(new TRPCError({ code })), null).code).toBe(own);
});

test("a body that is no JSON is called that", () => {
  const error = new TRPCError({ code: "PARSE_ERROR", cause: new SyntaxError("Unexpected token") });
  expect(toTrpcError(error).message).toBe("The input is not JSON.");
});
