import { shownName } from "@tilewright/core";
import type { Verdict } from "@tilewright/core/analysis";
import { CheckIcon, DoubtIcon, WarningIcon } from "../ui/icons.tsx";
import styles from "./VerdictBadge.module.css";

const icons = { good: CheckIcon, doubtful: DoubtIcon, poor: WarningIcon } as const;
const words = { good: "Good", doubtful: "Doubtful", poor: "Poor" } as const;

/** What an analysis says in a word or two: by its text, its sign and, for those who see it, its colour. */
export function VerdictBadge({ verdict: { level, text } }: { readonly verdict: Verdict }) {
  const Icon = icons[level];
  return (
    <span className={styles["badge"]} data-level={level} title={words[level]}>
      <Icon size={14} />
      {shownName(text)}
    </span>
  );
}
