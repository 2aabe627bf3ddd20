/**
 * Horizontal and vertical frequency of the 64 coefficients of a block, in the order that a JPEG codes them in (ITU-T
 * T.81, A.3.6).
 */
export const zigzag: readonly (readonly [u: number, v: number])[] = Array.from({ length: 15 }, (_, sum) => {
  const diagonal = Array.from({ length: 8 }, (_, v) => [sum - v, v] as const).filter(([u]) => u >= 0 && u < 8);
  return sum % 2 === 0 ? diagonal : diagonal.reverse();
}).flat();
