import { shownName } from "@tilewright/core";
import type { AnalysisNumber } from "@tilewright/core/analysis";
import styles from "./AnalysisPanel.module.css";
import { formatNumber } from "./quantity.ts";

/** The numbers of an analysis with their units. */
export function NumbersTable({ numbers }: { readonly numbers: readonly AnalysisNumber[] }) {
  return (
    <table className={styles["numbers"]} aria-label="Numbers">
      <tbody>
        {numbers.map((number) => (
          <tr key={number.name}>
            <th scope="row">{shownName(number.label)}</th>
            <td>{shownName(formatNumber(number))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
