import {
  type FrameComponent,
  type FrameHeader,
  type JpegFrame,
  looksRgb,
  markedRgbAfter,
  parseFrameHeader,
} from "../frame.ts";
import { marker, segmentsIn } from "../segments.ts";
import { type HuffmanTable, huffmanTable } from "./huffman-table.ts";

/** How a JPEG is coded that holds its components in one sequential scan, in blocks of 8 x 8 samples. */
export interface JpegScan {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly components: readonly ScanComponent[];
  /** Whether three components are red, green and blue as they are. */
  readonly isRgb: boolean;
  /** MCUs between two restart markers; null if there are none. */
  readonly restartInterval: number | null;
  /** Bytes before the entropy-coded data. */
  readonly headerBytes: number;
}

export interface ScanComponent {
  /** Blocks of it in one MCU, across and down. */
  readonly horizontalSampling: number;
  readonly verticalSampling: number;
  readonly dcTable: HuffmanTable;
  readonly acTable: HuffmanTable;
  /** Quantiser of the DC coefficient, which then is eight times the mean of the samples, from their middle value. */
  readonly dcQuantiser: number;
  /** Quantisers of all 64 coefficients, in zigzag order. */
  readonly quantisers: readonly number[];
}

/** In `tables`, those of AC coefficients are numbered from here. */
const acTables = 16;

const greyOrColours: readonly number[] = [1, 3];

/**
 * Null unless `bytes` begin a JPEG of 8 bits, Huffman-coded, with all of its components in one scan.
 *
 * @param counts how many components it may have: grey or three colours, unless told otherwise.
 */
export function readJpegScan(bytes: Uint8Array, counts = greyOrColours): JpegScan | null {
  const tables = new Map<number, HuffmanTable>();
  const quantisers = new Map<number, readonly number[]>();
  let frame: FrameHeader | null = null;
  let restartInterval: number | null = null;
  let markedRgb: JpegFrame["markedRgb"] = null;
  for (const segment of segmentsIn(bytes)) {
    const { kind, content, end, junkBytes } = segment;
    if (junkBytes > 0) return null;
    markedRgb = markedRgbAfter(markedRgb, segment);
    if (kind === marker.sof0 || kind === marker.sof1) frame = parseFrameHeader(segment);
    if (kind === marker.dht) readHuffmanTables(content, tables);
    if (kind === marker.dqt) readQuantisers(content, quantisers);
    if (kind === marker.dri) restartInterval = ((content[0] ?? 0) << 8) | (content[1] ?? 0) || null;
    if (kind === marker.sos) {
      if (!frame || !isSupported(frame, counts)) return null;
      const components = componentsOf(frame, content, tables, quantisers);
      const { widthPx, heightPx } = frame;
      const isRgb = looksRgb({ ...frame, markedRgb });
      return components && { widthPx, heightPx, components, isRgb, restartInterval, headerBytes: end };
    }
  }
  return null;
}

const isSupported = ({ precision, heightPx, components }: FrameHeader, counts: readonly number[]): boolean =>
  precision === 8 &&
  counts.includes(components.length) &&
  heightPx > 0 &&
  components.every((component) => component.horizontalSampling > 0 && component.verticalSampling > 0);

function readHuffmanTables(content: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at + 17 <= content.length; ) {
    const counts = content.subarray(at + 1, at + 17);
    const end = at + 17 + counts.reduce((sum, count) => sum + count, 0);
    tables.set(content[at] ?? 0, huffmanTable(counts, content.subarray(at + 17, end)));
    at = end;
  }
}

function readQuantisers(content: Uint8Array, quantisers: Map<number, readonly number[]>): void {
  for (let at = 0; at < content.length; ) {
    const kind = content[at] ?? 0;
    const bytes = kind >> 4 > 0 ? 2 : 1;
    const table = content.subarray(at + 1, at + 1 + 64 * bytes);
    const byte = (i: number): number => table[i] ?? 0;
    const values = Array.from({ length: 64 }, (_, k) => (bytes === 2 ? (byte(2 * k) << 8) | byte(2 * k + 1) : byte(k)));
    quantisers.set(kind & 15, values);
    at += 1 + 64 * bytes;
  }
}

/** Null if the scan lacks a component or a table. */
function componentsOf(
  { components }: FrameHeader,
  content: Uint8Array,
  tables: ReadonlyMap<number, HuffmanTable>,
  quantisers: ReadonlyMap<number, readonly number[]>,
): ScanComponent[] | null {
  if (content[0] !== components.length) return null;
  const scanned: ScanComponent[] = [];
  for (const [i, component] of components.entries()) {
    const [id, numbers = 0] = content.subarray(1 + 2 * i);
    const [dcTable, acTable] = [tables.get(numbers >> 4), tables.get(acTables + (numbers & 15))];
    const table = quantisers.get(component.quantisationTable);
    if (id !== component.id || !dcTable || !acTable || !table) return null;
    const dcQuantiser = table[0] ?? 0;
    scanned.push({ ...samplingIn(components, component), dcTable, acTable, dcQuantiser, quantisers: table });
  }
  return scanned;
}

/** A component alone comes block by block, whatever its sampling. */
const samplingIn = (
  all: readonly FrameComponent[],
  { horizontalSampling, verticalSampling }: FrameComponent,
): Pick<ScanComponent, "horizontalSampling" | "verticalSampling"> =>
  all.length === 1 ? { horizontalSampling: 1, verticalSampling: 1 } : { horizontalSampling, verticalSampling };
