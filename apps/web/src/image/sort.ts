/** By which number of which analysis the library is sorted. */
export interface Sort {
  readonly kind: string;
  readonly number: string;
  readonly order: "asc" | "desc";
}

/** What an address says of it: "quality.blurredFraction.desc". */
export interface SortSearch {
  readonly sort?: string;
}

const form = /^([a-z][a-z0-9-]{0,62})\.([a-z][A-Za-z0-9]{0,62})\.(asc|desc)$/;

export const parseSortSearch = (search: Readonly<Record<string, unknown>>): SortSearch => {
  const { sort } = search;
  return typeof sort === "string" && form.test(sort) ? { sort } : {};
};

export function parseSort(text: string | undefined): Sort | null {
  const [, kind, number, order] = form.exec(text ?? "") ?? [];
  return kind && number ? { kind, number, order: order === "asc" ? "asc" : "desc" } : null;
}

export const formatSort = ({ kind, number, order }: Sort): string => `${kind}.${number}.${order}`;
