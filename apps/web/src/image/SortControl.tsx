import { ActionIcon, Group, NativeSelect } from "@mantine/core";
import type { AnalysisStatus } from "@tilewright/client";
import { shownName } from "@tilewright/core";
import { trpc } from "../api/trpc.ts";
import { AscendingIcon, DescendingIcon } from "../ui/icons.tsx";
import type { Sort } from "./sort.ts";

interface SortControlProps {
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
}

/** By what the library is sorted: by any number that analyses have found lately. Not there before the first of them. */
export function SortControl({ sort, onSort }: SortControlProps) {
  const lately = trpc.analysis.list.useQuery({ status: "COMPLETED", limit: 50 });
  const groups = groupsOf(lately.data?.jobs ?? [], sort);
  if (groups.length === 0) return null;
  const choose = (value: string) => {
    const [kind, number] = value.split(".");
    onSort(kind && number ? { kind, number, order: sort?.order ?? "desc" } : null);
  };
  const isAscending = sort?.order === "asc";
  const label = isAscending ? "Lowest first. Change to highest first." : "Highest first. Change to lowest first.";
  return (
    <Group gap={4} wrap="nowrap">
      <NativeSelect
        aria-label="Sort by"
        value={sort ? optionOf(sort) : ""}
        data={[{ value: "", label: "Newest first" }, ...groups]}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
      {sort && (
        <ActionIcon
          variant="default"
          size={36}
          aria-label={label}
          title={label}
          onClick={() => onSort({ ...sort, order: isAscending ? "desc" : "asc" })}
        >
          {isAscending ? <AscendingIcon /> : <DescendingIcon />}
        </ActionIcon>
      )}
    </Group>
  );
}

const optionOf = ({ kind, number }: Omit<Sort, "order">): string => `${kind}.${number}`;

interface OptionGroup {
  readonly group: string;
  readonly items: { readonly value: string; readonly label: string }[];
}

/** The numbers of the newest analysis of each kind; what the address asks for is among them in any case. */
function groupsOf(analyses: readonly AnalysisStatus[], sort: Sort | null): OptionGroup[] {
  const groups = new Map<string, OptionGroup>();
  for (const { kind, summary } of analyses) {
    if (groups.has(kind.name) || !summary) continue;
    const items = summary.numbers.map(({ name, label }) => ({
      value: optionOf({ kind: kind.name, number: name }),
      label: shownName(label),
    }));
    groups.set(kind.name, { group: shownName(kind.title), items });
  }
  const known = [...groups.values()];
  if (!sort || known.some(({ items }) => items.some(({ value }) => value === optionOf(sort)))) return known;
  return [...known, { group: sort.kind, items: [{ value: optionOf(sort), label: sort.number }] }];
}
