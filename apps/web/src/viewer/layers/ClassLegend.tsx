import { shownName } from "@tilewright/core";
import styles from "./LayersPanel.module.css";
import type { OutlineClass } from "./outlines.ts";

/** The colour of each class of outlines. */
export function ClassLegend({ classes }: { readonly classes: readonly OutlineClass[] }) {
  if (classes.length === 0) return <p className={styles["empty"]}>There are no outlines.</p>;
  if (classes.every(({ name }) => name === null)) return null;
  return (
    <ul className={styles["classes"]} aria-label="Classes">
      {classes.map(({ name, colour }) => (
        <li key={name}>
          <span className={styles["swatch"]} style={{ background: colour }} />
          {name === null ? "Other" : shownName(name)}
        </li>
      ))}
    </ul>
  );
}
