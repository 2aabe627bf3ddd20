import type { Ring } from "./outlines.ts";

/** From pixels of the image to pixels of the canvas, as a canvas takes it: x' = a x + c y + e, y' = b x + d y + f. */
export type Transform = Readonly<Record<"a" | "b" | "c" | "d" | "e" | "f", number>>;

/** What is to be seen of an image. */
export interface View {
  readonly transform: Transform;
  /** Of the canvas. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where a path goes: a canvas' context, or what a test counts with. */
export type PathSink = Pick<CanvasPath, "moveTo" | "lineTo" | "closePath">;

/** Nearer points than this are one to the eye. In pixels of the canvas, as all below. */
const finestPx = 0.5;
/** Lines are that far outside the view where their ends need not be exact. */
const marginPx = 16;

/**
 * Draws the outlines of a ring into `sink`, in pixels of the canvas, with as few points as the view needs: those nearer
 * to the last than the eye sees are left out, and of a stretch that stays on one far side of the view only the ends are
 * kept, which changes nothing inside of it, neither lines nor what is filled.
 */
export function traceRing(sink: PathSink, { points }: Ring, { transform, widthPx, heightPx }: View): void {
  const { a, b, c, d, e, f } = transform;
  let [drawnX, drawnY] = [Number.NaN, Number.NaN];
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  /** Of the drawn point and all that were left out since. */
  let sharedSides = 0;
  let isOnWay = false;
  for (let i = 0; i < points.length; i += 2) {
    const imageX = points[i] ?? 0;
    const imageY = points[i + 1] ?? 0;
    const x = a * imageX + c * imageY + e;
    const y = b * imageX + d * imageY + f;
    const sides = sidesOf(x, y, widthPx, heightPx);
    const isNear = Math.abs(x - drawnX) < finestPx && Math.abs(y - drawnY) < finestPx;
    const isFarOut = i > 0 && (sharedSides & sides) !== 0;
    if (isNear || isFarOut) {
      sharedSides &= sides;
      isOnWay ||= !isNear;
    } else {
      if (isOnWay) sink.lineTo(lastX, lastY);
      if (i === 0) sink.moveTo(x, y);
      else sink.lineTo(x, y);
      [drawnX, drawnY, sharedSides, isOnWay] = [x, y, sides, false];
    }
    [lastX, lastY] = [x, y];
  }
  if (isOnWay) sink.lineTo(lastX, lastY);
  sink.closePath();
}

/** On which sides of the view a point lies far outside, as in Cohen and Sutherland's clipping; 0 near or in it. */
function sidesOf(x: number, y: number, widthPx: number, heightPx: number): number {
  const across = x < -marginPx ? 1 : x > widthPx + marginPx ? 2 : 0;
  return across | (y < -marginPx ? 4 : y > heightPx + marginPx ? 8 : 0);
}

/** Whether anything of the ring may be seen. */
export function isRingInView(ring: Ring, { transform, widthPx, heightPx }: View): boolean {
  const { a, b, c, d, e, f } = transform;
  const { leftPx, topPx, rightPx, bottomPx } = ring;
  const sidesAt = (x: number, y: number) => sidesOf(a * x + c * y + e, b * x + d * y + f, widthPx, heightPx);
  const shared =
    sidesAt(leftPx, topPx) & sidesAt(rightPx, topPx) & sidesAt(rightPx, bottomPx) & sidesAt(leftPx, bottomPx);
  return shared === 0;
}
