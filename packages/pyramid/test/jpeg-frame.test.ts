import { describe, expect, it } from "vitest";
import { looksRgb, readJpegFrame } from "../src/jpeg/frame.ts";

const segment = (kind: number, ...bytes: number[]): number[] => [0xff, kind, 0, bytes.length + 2, ...bytes];
const jfif = segment(0xe0, ...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0);
const adobe = (transform: number): number[] => segment(0xee, ...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, transform);
const frame = (...ids: number[]): number[] =>
  segment(0xc0, 8, 0, 16, 0, 32, ids.length, ...ids.flatMap((id, i) => [id, i === 0 ? 0x21 : 0x11, i]));
const stream = (...segments: number[][]): Uint8Array => Uint8Array.from([0xff, 0xd8, ...segments.flat()]);

describe("a JPEG's frame header", () => {
  it("says size, precision and each component's sampling and table", () => {
    expect(readJpegFrame(stream(frame(1, 2, 3)))).toEqual({
      widthPx: 32,
      heightPx: 16,
      precision: 8,
      coding: 0xc0,
      markedRgb: null,
      components: [
        { id: 1, horizontalSampling: 2, verticalSampling: 1, quantisationTable: 0 },
        { id: 2, horizontalSampling: 1, verticalSampling: 1, quantisationTable: 1 },
        { id: 3, horizontalSampling: 1, verticalSampling: 1, quantisationTable: 2 },
      ],
    });
  });

  const rgb = [...Buffer.from("RGB")];
  it.each([
    ["JFIF, then Adobe's marker", false, [jfif, adobe(0), frame(...rgb)]],
    ["Adobe's marker, then JFIF", false, [adobe(0), jfif, frame(...rgb)]],
    ["Adobe's marker alone", true, [adobe(0), frame(1, 2, 3)]],
    ["Adobe's marker with a transform", false, [adobe(1), frame(...rgb)]],
    ["names of components alone", true, [frame(...rgb)]],
  ])("is of red, green and blue by %s: %s", (_, isRgb, segments) => {
    const found = readJpegFrame(stream(...segments));
    expect(found && looksRgb(found)).toBe(isRgb);
  });

  it.each([
    ["is cut short", stream(frame(1, 2, 3).slice(0, -2))],
    ["has junk before it", stream([1, 2, 3], frame(1, 2, 3))],
    ["counts more components than it describes", stream(segment(0xc0, 8, 0, 16, 0, 32, 3, 1, 0x11, 0))],
  ])("is none that %s", (_, bytes) => expect(readJpegFrame(bytes)).toBeNull());
});
