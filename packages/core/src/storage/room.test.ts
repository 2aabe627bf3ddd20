import { expect, test } from "vitest";
import { defaultReserveBytes, sizeText, spareBytes, storageFull } from "./room.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

test("what is promised or kept is not there to be given away", () => {
  const room = { sizeBytes: 100, freeBytes: 50, promisedBytes: 20, reserveBytes: 10 };
  expect(spareBytes(room)).toBe(20);
  expect(spareBytes({ ...room, promisedBytes: 45 })).toBe(0);
});

test.each([
  ["a quarter of a tiny disk", 100 * MiB, 25 * MiB],
  ["64 MiB of a small one", 512 * MiB, 64 * MiB],
  ["a twentieth of most", 20 * GiB, GiB],
  ["2 GiB of a large one", 4_000 * GiB, 2 * GiB],
])("%s is kept", (_, diskBytes, reserveBytes) => expect(defaultReserveBytes(diskBytes)).toBe(reserveBytes));

test.each([
  [0, "0 bytes"],
  [1_023, "1023 bytes"],
  [1_024, "1.0 KiB"],
  [358 * MiB, "358 MiB"],
  [1.5 * 1_024 * GiB, "1.5 TiB"],
  [2 ** 70, "1048576 PiB"],
])("%d bytes are read as %s", (bytes, text) => expect(sizeText(bytes)).toBe(text));

test("a refusal for want of room has the figures, for people and for programs", () => {
  const error = storageFull(3 * GiB, { sizeBytes: 9 * GiB, freeBytes: 4 * GiB, promisedBytes: GiB, reserveBytes: MiB });
  expect(error).toMatchObject({
    code: "STORAGE_FULL",
    message: expect.stringContaining("no room for these 3.0 GiB: of 4.0 GiB that are free, 1.0 GiB are promised"),
    details: { neededBytes: 3 * GiB, freeBytes: 4 * GiB, promisedBytes: GiB, reserveBytes: MiB },
  });
});
