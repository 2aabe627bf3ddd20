import { Group, Title } from "@mantine/core";
import type { ImageSummary } from "@tilewright/client";
import { BackIcon } from "../app/icons.tsx";
import { TextLink } from "../app/links.tsx";
import { DeleteSlideButton } from "./DeleteSlideButton.tsx";
import styles from "./SlideHeader.module.css";

interface SlideHeaderProps {
  readonly slide: ImageSummary;
}

export function SlideHeader({ slide }: SlideHeaderProps) {
  return (
    <Group className={styles["header"]} gap="md" wrap="nowrap">
      <TextLink to="/" className={styles["back"]} aria-label="Back to the library">
        <BackIcon />
        <span className={styles["backWord"]}>Library</span>
      </TextLink>
      <Title order={1} size="h4" className={styles["name"]} title={slide.name}>
        {slide.name}
      </Title>
      <div className={styles["actions"]}>
        <DeleteSlideButton slide={slide} />
      </div>
    </Group>
  );
}
