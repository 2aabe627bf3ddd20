import { expect, test } from "vitest";
import { CreateUploadInput, SignPartsInput } from "./schemas.ts";

const upload = { fileName: "slide.svs", sizeBytes: 10 };

test("an upload needs a name of one line and a whole number of bytes", () => {
  expect(CreateUploadInput.parse(upload)).toEqual({ ...upload, metadata: {} });
  for (const fileName of ["", "a\nb", "a\0", "x".repeat(256)]) {
    expect(CreateUploadInput.safeParse({ ...upload, fileName }).success).toBe(false);
  }
  for (const sizeBytes of [-1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, "10"]) {
    expect(CreateUploadInput.safeParse({ ...upload, sizeBytes }).success).toBe(false);
  }
});

test.each([["A".repeat(64)], ["a".repeat(63)], ["g".repeat(64)], [""]])("%j is no SHA-256", (sha256) => {
  expect(CreateUploadInput.safeParse({ ...upload, sha256 }).success).toBe(false);
  expect(CreateUploadInput.safeParse({ ...upload, sha256: "0a".repeat(32) }).success).toBe(true);
});

test("a hundred addresses are signed at a time, and one at least", () => {
  const of = (count: number) => ({
    uploadId: "0198c0de-0000-7000-8000-00000000000a",
    partNumbers: Array.from({ length: count }, (_, n) => n + 1),
  });
  expect([0, 1, 100, 101].map((count) => SignPartsInput.safeParse(of(count)).success)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
