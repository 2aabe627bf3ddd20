import { analysisLimits } from "../limits.ts";
import type { AnalysisResult, OverlayLayer } from "../result.ts";
import { invalid } from "./refuse.ts";

/**
 * That an overlay is a PNG or WebP of bounded size, by its header, and lies on the image.
 *
 * @throws TilewrightError RESULT_INVALID
 */
export function checkPicture(
  layer: OverlayLayer,
  bytes: Uint8Array,
  image: Pick<AnalysisResult["input"], "widthPx" | "heightPx">,
): void {
  const { file } = layer;
  const form = file.endsWith(".png") ? "PNG" : "WebP";
  const size = form === "PNG" ? sizeOfPng(bytes) : sizeOfWebp(bytes);
  if (!size) throw invalid(`“${file}” is no whole ${form}.`);
  const [widthPx, heightPx] = size;
  if (widthPx * heightPx > analysisLimits.overlayPixels) {
    throw invalid(`“${file}” has ${widthPx} x ${heightPx} pixels; ${analysisLimits.overlayPixels} are allowed.`);
  }
  // As a grid's last cells, its last pixels may reach over the edge, which no whole number of them may meet.
  const isOver =
    layer.xPx + layer.widthPx - layer.widthPx / widthPx >= image.widthPx ||
    layer.yPx + layer.heightPx - layer.heightPx / heightPx >= image.heightPx;
  if (isOver) throw invalid(`“${layer.name}” has pixels beyond the image.`);
}

type Size = readonly [widthPx: number, heightPx: number];

const tag = (bytes: Uint8Array, at: number, length = 4): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** PNG (third edition), 5.2 and 11.2.1: signature, IHDR first, IEND last. */
function sizeOfPng(bytes: Uint8Array): Size | null {
  if (bytes.length < 45 || tag(bytes, 0, 8) !== "\x89PNG\r\n\x1a\n") return null;
  if (tag(bytes, 12) !== "IHDR" || tag(bytes, bytes.length - 8) !== "IEND") return null;
  const view = viewOf(bytes);
  return nonEmpty(view.getUint32(16), view.getUint32(20));
}

/** RFC 9649, 2.4 to 2.7. */
function sizeOfWebp(bytes: Uint8Array): Size | null {
  if (bytes.length < 30 || tag(bytes, 0) !== "RIFF" || tag(bytes, 8) !== "WEBP") return null;
  const view = viewOf(bytes);
  if (view.getUint32(4, true) + 8 !== bytes.length) return null;
  switch (tag(bytes, 12)) {
    case "VP8X":
      return nonEmpty(1 + uint24(view, 24), 1 + uint24(view, 27));
    case "VP8L": {
      const packed = view.getUint32(21, true);
      return view.getUint8(20) === 0x2f ? nonEmpty(1 + (packed & 0x3fff), 1 + ((packed >>> 14) & 0x3fff)) : null;
    }
    case "VP8 ":
      return tag(bytes, 23, 3) === "\x9d\x01\x2a"
        ? nonEmpty(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
        : null;
    default:
      return null;
  }
}

const uint24 = (view: DataView, at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);

const nonEmpty = (widthPx: number, heightPx: number): Size | null =>
  widthPx > 0 && heightPx > 0 ? [widthPx, heightPx] : null;
