export type Vector = readonly [number, number, number];
export type Matrix = readonly [Vector, Vector, Vector];

const sweeps = 32;

/** Eigenvectors of a symmetric matrix by Jacobi's rotations, that of the largest eigenvalue first. */
export function eigenvectors(matrix: Matrix): [Vector, Vector, Vector] {
  const a = matrix.map((row) => [...row]) as number[][];
  const v = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      rotate(a, v, p, q);
    }
  }
  const order = [0, 1, 2].sort((i, j) => at(a, j, j) - at(a, i, i));
  return order.map((column) => [at(v, 0, column), at(v, 1, column), at(v, 2, column)]) as unknown as [
    Vector,
    Vector,
    Vector,
  ];
}

function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const off = at(a, p, q);
  if (off === 0) return;
  const theta = (at(a, q, q) - at(a, p, p)) / (2 * off);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(t, 1);
  const sine = t * cosine;
  for (const matrix of [a, v]) rotateColumns(matrix, p, q, cosine, sine);
  const [rowP, rowQ] = [[...(a[p] ?? [])], [...(a[q] ?? [])]];
  a[p] = rowP.map((value, i) => cosine * value - sine * (rowQ[i] ?? 0));
  a[q] = rowP.map((value, i) => sine * value + cosine * (rowQ[i] ?? 0));
}

function rotateColumns(matrix: number[][], p: number, q: number, cosine: number, sine: number): void {
  for (const row of matrix) {
    const [inP = 0, inQ = 0] = [row[p], row[q]];
    row[p] = cosine * inP - sine * inQ;
    row[q] = sine * inP + cosine * inQ;
  }
}

const at = (matrix: number[][], row: number, column: number): number => matrix[row]?.[column] ?? 0;
