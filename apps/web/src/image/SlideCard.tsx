import { Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ImageSummary } from "@tilewright/client";
import { isTerminal } from "@tilewright/core/tiling/status";
import { formatBytes, formatMoment, formatPixels } from "../app/amounts.ts";
import { FileName, isolated } from "../app/FileName.tsx";
import { latestStatus } from "../tiling/latest-status.ts";
import { useTilingStatus } from "../tiling/useTilingStatus.ts";
import styles from "./SlideCard.module.css";
import { SlideState } from "./SlideState.tsx";
import { SlideThumbnail } from "./SlideThumbnail.tsx";

interface SlideCardProps {
  readonly slide: ImageSummary;
}

/** A slide in the library. Only slides whose tiling is under way are followed live. */
export function SlideCard({ slide }: SlideCardProps) {
  const { imageId, name, sizeBytes, createdAt } = slide;
  const live = useTilingStatus(imageId, { seed: slide.tiling, enabled: !isTerminal(slide.tiling.status) });
  const tiling = latestStatus(live.status ?? slide.tiling, slide.tiling);
  const pixels = tiling.pyramid && formatPixels(tiling.pyramid.widthPx, tiling.pyramid.heightPx);
  return (
    <li className={styles["card"]}>
      <SlideThumbnail tiling={tiling} />
      <div className={styles["body"]}>
        <Title order={2} size="h5" className={styles["name"]} title={isolated(name)}>
          <Link to="/slides/$imageId" params={{ imageId }} className={styles["link"]}>
            <FileName name={name} />
          </Link>
        </Title>
        <Text size="sm" c="dimmed">
          {[formatBytes(sizeBytes), pixels].filter(Boolean).join(" · ")}
        </Text>
        <SlideState tiling={tiling} isAway={live.isAway} />
        <Text size="xs" c="dimmed" component="time" dateTime={createdAt} title={createdAt}>
          {formatMoment(createdAt)}
        </Text>
      </div>
    </li>
  );
}
