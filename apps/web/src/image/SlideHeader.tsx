import { Group } from "@mantine/core";
import type { ImageSummary } from "@tilewright/client";
import { FileName, isolated } from "../ui/FileName.tsx";
import { BackIcon } from "../ui/icons.tsx";
import { TextLink } from "../ui/links.tsx";
import { PageTitle } from "../ui/PageTitle.tsx";
import { DeleteSlideButton } from "./DeleteSlideButton.tsx";
import { DownloadSlideLink } from "./DownloadSlideLink.tsx";
import styles from "./SlideHeader.module.css";

interface SlideHeaderProps {
  /** Null while it is not known yet. */
  readonly slide: ImageSummary | null;
}

export function SlideHeader({ slide }: SlideHeaderProps) {
  return (
    <Group className={styles["header"]} gap="md" wrap="nowrap">
      <TextLink to="/" className={styles["back"]} aria-label="Back to the library">
        <BackIcon />
        <span className={styles["backWord"]}>Library</span>
      </TextLink>
      <PageTitle size="h4" className={styles["name"]} title={slide ? isolated(slide.name) : undefined}>
        {slide ? <FileName name={slide.name} /> : "Slide"}
      </PageTitle>
      {slide && (
        <div className={styles["actions"]}>
          <DownloadSlideLink slide={slide} />
          <DeleteSlideButton slide={slide} />
        </div>
      )}
    </Group>
  );
}
