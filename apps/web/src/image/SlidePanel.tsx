import { Title } from "@mantine/core";
import type { ImageSummary, TilingStatus } from "@tilewright/client";
import { TilingTimeline } from "../tiling/TilingTimeline.tsx";
import { SlideFacts } from "./SlideFacts.tsx";
import styles from "./SlidePanel.module.css";

interface SlidePanelProps {
  readonly slide: ImageSummary;
  readonly tiling: TilingStatus;
}

export function SlidePanel({ slide, tiling }: SlidePanelProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles["panel"]} aria-label="About this slide" tabIndex={0}>
      <Title order={2} size="h5" mb="sm">
        Facts
      </Title>
      <SlideFacts slide={slide} tiling={tiling} />
      <Title order={2} size="h5" mt="xl" mb="sm">
        History
      </Title>
      <TilingTimeline tiling={tiling} />
    </section>
  );
}
