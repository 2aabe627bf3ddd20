import { Text } from "@mantine/core";
import type { AnalysisStatus } from "@tilewright/client";
import { shownName } from "@tilewright/core";
import { formatMoment } from "../ui/amounts.ts";
import styles from "./AnalysisPanel.module.css";
import { compareNumbers, unlikeWords } from "./comparison.ts";

interface ComparisonProps {
  readonly one: AnalysisStatus;
  readonly other: AnalysisStatus;
}

/** Two analyses side by side. */
export function Comparison({ one, other }: ComparisonProps) {
  const rows = compareNumbers(one.summary?.numbers ?? [], other.summary?.numbers ?? []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles["comparison"]} aria-label="Comparison" tabIndex={0}>
      {unlikeWords(one, other).map((sentence) => (
        <Text key={sentence} size="sm">
          {shownName(sentence)}
        </Text>
      ))}
      <table className={styles["numbers"]} aria-label="Numbers compared">
        <thead>
          <tr>
            <td />
            <th scope="col">{formatMoment(one.createdAt)}</th>
            <th scope="col">{formatMoment(other.createdAt)}</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{shownName(row.label)}</th>
              <td>{shownName(row.one)}</td>
              <td>{shownName(row.other)}</td>
              <td>{shownName(row.difference ?? "–")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
