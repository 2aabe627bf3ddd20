import { marker, segmentsIn } from "../../jpeg/segments.ts";
import { type CodeTable, codeTable } from "./code-table.ts";

/** How a JPEG is coded that holds its components in one scan, in blocks of 8 x 8 samples. */
export interface JpegScan {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly components: readonly Component[];
  /** Whether three components are red, green and blue as they are. */
  readonly isRgb: boolean;
  /** Units between two restart markers; null if there are none. */
  readonly restartInterval: number | null;
  /** Bytes before the coded blocks. */
  readonly headerBytes: number;
}

export interface Component {
  /** Blocks of it in one unit. */
  readonly across: number;
  readonly down: number;
  /** Code of a block's mean, and of all that follows. */
  readonly mean: CodeTable;
  readonly detail: CodeTable;
  /** A coded mean times this is eight times the mean of the samples, from their middle value. */
  readonly quantum: number;
  /** Steps of all 64 coefficients, in the order that they are coded in. */
  readonly quanta: readonly number[];
}

interface FrameComponent {
  readonly name: number;
  readonly across: number;
  readonly down: number;
  readonly quantumTable: number;
}

interface Frame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly components: readonly FrameComponent[];
}

/** In `tables`, codes of detail are numbered from here. */
const detailTables = 16;

const greyOrColours: readonly number[] = [1, 3];

/**
 * Null unless `bytes` begin a JPEG of 8 bits, Huffman-coded, with all of its components in one scan.
 *
 * @param counts how many components it may have: grey or three colours, unless told otherwise.
 */
export function readJpegScan(bytes: Uint8Array, counts = greyOrColours): JpegScan | null {
  const tables = new Map<number, CodeTable>();
  const quanta = new Map<number, readonly number[]>();
  let frame: Frame | null = null;
  let restartInterval: number | null = null;
  let markedRgb: boolean | null = null;
  for (const { kind, content, end, junkBytes } of segmentsIn(bytes)) {
    if (junkBytes > 0) return null;
    if (kind === marker.sof0 || kind === marker.sof1) frame = readFrame(content, counts);
    if (kind === marker.dht) readCodes(content, tables);
    if (kind === marker.dqt) readQuanta(content, quanta);
    if (kind === marker.dri) restartInterval = ((content[0] ?? 0) << 8) | (content[1] ?? 0) || null;
    // JFIF knows no RGB and goes before Adobe's marker, whose twelfth byte is the kind of colour transform.
    if (kind === marker.jfif) markedRgb = false;
    if (kind === marker.adobe) markedRgb ??= content[11] === 0;
    if (kind === marker.sos) {
      const components = frame && componentsOf(frame, content, tables, quanta);
      if (!frame || !components) return null;
      const names = frame.components.map(({ name }) => name);
      const isRgb = markedRgb ?? String.fromCharCode(...names) === "RGB";
      return { widthPx: frame.widthPx, heightPx: frame.heightPx, components, isRgb, restartInterval, headerBytes: end };
    }
  }
  return null;
}

function readFrame(segment: Uint8Array, counts: readonly number[]): Frame | null {
  const [bitDepth, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, count = 0] = segment;
  if (bitDepth !== 8 || segment.length !== 6 + 3 * count || !counts.includes(count)) return null;
  const components = Array.from({ length: count }, (_, i) => {
    const [name = 0, sampling = 0, quantumTable = 0] = segment.subarray(6 + 3 * i);
    // A component alone comes block by block, whatever its sampling.
    return { name, across: count === 1 ? 1 : sampling >> 4, down: count === 1 ? 1 : sampling & 15, quantumTable };
  });
  const [widthPx, heightPx] = [(widthHigh << 8) | widthLow, (heightHigh << 8) | heightLow];
  const isWhole = heightPx > 0 && components.every(({ across, down }) => across > 0 && down > 0);
  return isWhole ? { widthPx, heightPx, components } : null;
}

function readCodes(segment: Uint8Array, tables: Map<number, CodeTable>): void {
  for (let at = 0; at + 17 <= segment.length; ) {
    const counts = segment.subarray(at + 1, at + 17);
    const end = at + 17 + counts.reduce((sum, count) => sum + count, 0);
    tables.set(segment[at] ?? 0, codeTable(counts, segment.subarray(at + 17, end)));
    at = end;
  }
}

/** Of each table 64, the first that of the means. */
function readQuanta(segment: Uint8Array, quanta: Map<number, readonly number[]>): void {
  for (let at = 0; at < segment.length; ) {
    const kind = segment[at] ?? 0;
    const bytes = kind >> 4 > 0 ? 2 : 1;
    const steps = segment.subarray(at + 1, at + 1 + 64 * bytes);
    const step = (i: number): number =>
      bytes === 2 ? ((steps[2 * i] ?? 0) << 8) | (steps[2 * i + 1] ?? 0) : (steps[i] ?? 0);
    quanta.set(
      kind & 15,
      Array.from({ length: 64 }, (_, i) => step(i)),
    );
    at += 1 + 64 * bytes;
  }
}

/** Null if the scan lacks a component or a table. */
function componentsOf(
  frame: Frame,
  segment: Uint8Array,
  tables: ReadonlyMap<number, CodeTable>,
  quanta: ReadonlyMap<number, readonly number[]>,
): Component[] | null {
  if (segment[0] !== frame.components.length) return null;
  const components: Component[] = [];
  for (const [i, { across, down, name, quantumTable }] of frame.components.entries()) {
    const [named, numbers = 0] = segment.subarray(1 + 2 * i);
    const [mean, detail] = [tables.get(numbers >> 4), tables.get(detailTables + (numbers & 15))];
    const steps = quanta.get(quantumTable);
    if (named !== name || !mean || !detail || !steps) return null;
    components.push({ across, down, mean, detail, quantum: steps[0] ?? 0, quanta: steps });
  }
  return components;
}
