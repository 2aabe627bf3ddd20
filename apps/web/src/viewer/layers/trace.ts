import type { Line } from "./outlines.ts";

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
 * Draws a line into `sink`, in pixels of the canvas, with as few points as the view needs: those nearer
 * to the last than the eye sees are left out, and of a stretch that stays on one far side of the view only the ends are
 * kept, which changes nothing inside of it, neither lines nor what is filled.
 *
 * @returns how many points it has drawn.
 */
export function traceLine(sink: PathSink, { points, isRing }: Line, { transform, widthPx, heightPx }: View): number {
  const { a, b, c, d, e, f } = transform;
  let [drawnX, drawnY] = [Number.NaN, Number.NaN];
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  /** Of the drawn point and all that were left out since. */
  let sharedSides = 0;
  let isOnWay = false;
  let drawn = 0;
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
      drawn += isOnWay ? 2 : 1;
      if (isOnWay) sink.lineTo(lastX, lastY);
      if (i === 0) sink.moveTo(x, y);
      else sink.lineTo(x, y);
      [drawnX, drawnY, sharedSides, isOnWay] = [x, y, sides, false];
    }
    [lastX, lastY] = [x, y];
  }
  if (isOnWay) sink.lineTo(lastX, lastY);
  if (isRing) sink.closePath();
  return drawn;
}

/** On which sides of the view a point lies far outside, as in Cohen and Sutherland's clipping; 0 near or in it. */
function sidesOf(x: number, y: number, widthPx: number, heightPx: number): number {
  const across = x < -marginPx ? 1 : x > widthPx + marginPx ? 2 : 0;
  return across | (y < -marginPx ? 4 : y > heightPx + marginPx ? 8 : 0);
}

/** What is far larger than this is drawn as it is, and what is smaller as its box. */
const speckPx = 3;

/** The box of a line on the canvas, or null where nothing of it may be seen. */
export function boxInView(line: Line, { transform, widthPx, heightPx }: View): Box | null {
  const { a, b, c, d, e, f } = transform;
  const { leftPx, topPx, rightPx, bottomPx } = line;
  // A box that is turned has its ends at other corners; the least and the most of each term still bound it.
  const left = Math.min(a * leftPx, a * rightPx) + Math.min(c * topPx, c * bottomPx) + e;
  const right = Math.max(a * leftPx, a * rightPx) + Math.max(c * topPx, c * bottomPx) + e;
  const top = Math.min(b * leftPx, b * rightPx) + Math.min(d * topPx, d * bottomPx) + f;
  const bottom = Math.max(b * leftPx, b * rightPx) + Math.max(d * topPx, d * bottomPx) + f;
  return right < -marginPx || left > widthPx + marginPx || bottom < -marginPx || top > heightPx + marginPx
    ? null
    : { left, top, right, bottom };
}

type Box = Readonly<Record<"left" | "top" | "right" | "bottom", number>>;

/** Points of a path: filling takes more than twice as long for twice as many. */
const pathPoints = 4_000;

/** A piece of what is seen, and how many points it has. */
interface Piece {
  readonly path: Path2D;
  points: number;
}

/**
 * Polygons, or lines of one part each, as far as they are seen; some to a path.
 *
 * @param leastPx how large something is drawn at least, such as a point.
 */
export function piecesInView(shapes: readonly (readonly Line[])[], view: View, leastPx = 0): Piece[] {
  const pieces: Piece[] = [];
  let last: Piece | undefined;
  for (const lines of shapes) {
    const [outer] = lines;
    const box = outer && boxInView(outer, view);
    if (!box) continue;
    if (!last || last.points >= pathPoints) {
      last = { path: new Path2D(), points: 0 };
      pieces.push(last);
    }
    if (sizeOf(box) < speckPx) {
      addSpeck(last.path, box, leastPx);
      last.points += 4;
    } else {
      for (const line of lines) if (boxInView(line, view)) last.points += traceLine(last.path, line, view);
    }
  }
  return pieces;
}

const sizeOf = ({ left, top, right, bottom }: Box): number => Math.max(right - left, bottom - top);

function addSpeck(path: Path2D, { left, top, right, bottom }: Box, leastPx: number): void {
  const [widthPx, heightPx] = [Math.max(leastPx, right - left), Math.max(leastPx, bottom - top)];
  path.rect((left + right - widthPx) / 2, (top + bottom - heightPx) / 2, widthPx, heightPx);
}
