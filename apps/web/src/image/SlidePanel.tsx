import type { PanelProps } from "../jobs/panel-props.ts";
import { panels } from "./panels.tsx";
import styles from "./SlidePanel.module.css";

export function SlidePanel(props: PanelProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles["panel"]} aria-label="About this slide" tabIndex={0}>
      {Object.entries(panels).map(([domain, Panel]) => (
        <Panel key={domain} {...props} />
      ))}
    </section>
  );
}
