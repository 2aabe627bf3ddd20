import type { Mask } from "./mask.ts";

/** Connected areas of a mask's pixels. */
export interface Areas {
  /** By pixel, the number of its area, from 1; 0 for none. */
  readonly labels: Int32Array;
  /** By number. The first, of no area, is 0. */
  readonly sizesPx: readonly number[];
}

/** Areas of pixels of `value` that have a side in common. */
export function findAreas({ data, widthPx, heightPx }: Mask, value: 0 | 1): Areas {
  const labels = new Int32Array(widthPx * heightPx);
  const sizesPx = [0];
  const waiting: number[] = [];
  const visit = (at: number, label: number): void => {
    if (data[at] !== value || labels[at] !== 0) return;
    labels[at] = label;
    waiting.push(at);
  };
  for (let start = 0; start < labels.length; start++) {
    if (data[start] !== value || labels[start] !== 0) continue;
    const label = sizesPx.length;
    let size = 0;
    visit(start, label);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      size += 1;
      const x = at % widthPx;
      if (x > 0) visit(at - 1, label);
      if (x < widthPx - 1) visit(at + 1, label);
      if (at >= widthPx) visit(at - widthPx, label);
      if (at + widthPx < labels.length) visit(at + widthPx, label);
    }
    sizesPx.push(size);
  }
  return { labels, sizesPx };
}

/** Without areas of fewer pixels. */
export function withoutSpecks(mask: Mask, leastPx: number): Mask {
  const { labels, sizesPx } = findAreas(mask, 1);
  return { ...mask, data: mask.data.map((value, i) => (value && (sizesPx[labels[i] ?? 0] ?? 0) >= leastPx ? 1 : 0)) };
}

/** Holes of fewer pixels filled. Whatever reaches the edge is no hole. */
export function withoutHoles(mask: Mask, leastPx: number): Mask {
  const { labels, sizesPx } = findAreas(mask, 0);
  const { widthPx, heightPx } = mask;
  const isOpen = new Uint8Array(sizesPx.length);
  for (let x = 0; x < widthPx; x++) {
    isOpen[labels[x] ?? 0] = 1;
    isOpen[labels[(heightPx - 1) * widthPx + x] ?? 0] = 1;
  }
  for (let y = 0; y < heightPx; y++) {
    isOpen[labels[y * widthPx] ?? 0] = 1;
    isOpen[labels[(y + 1) * widthPx - 1] ?? 0] = 1;
  }
  const isFilled = (label: number): boolean => label > 0 && isOpen[label] === 0 && (sizesPx[label] ?? 0) < leastPx;
  return { ...mask, data: mask.data.map((value, i) => (value || isFilled(labels[i] ?? 0) ? 1 : 0)) };
}
