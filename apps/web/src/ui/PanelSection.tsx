import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./PanelSection.module.css";

interface PanelSectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** One subject in the panel beside the viewer. */
export const PanelSection = ({ title, children }: PanelSectionProps) => (
  <div className={styles["section"]}>
    <Title order={2} size="h5" mb="sm">
      {title}
    </Title>
    {children}
  </div>
);
