import type { ReactNode } from "react";
import styles from "./FactList.module.css";

/** Names and values, one `Fact` below the other. */
export const FactList = ({ children }: { readonly children: ReactNode }) => (
  <dl className={styles["facts"]}>{children}</dl>
);

export const Fact = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div className={styles["fact"]}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
