import { Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ListedImage } from "@tilewright/client";
import { isTerminal } from "@tilewright/core/jobs";
import { VerdictBadge } from "../analysis/VerdictBadge.tsx";
import { JobState } from "../jobs/JobState.tsx";
import { latestStatus } from "../jobs/latest-status.ts";
import { tilingWords } from "../tiling/status-words.ts";
import { useTilingStatus } from "../tiling/useTilingStatus.ts";
import { formatBytes, formatMoment, formatPixels } from "../ui/amounts.ts";
import { FileName, isolated } from "../ui/FileName.tsx";
import styles from "./SlideCard.module.css";
import { SlideThumbnail } from "./SlideThumbnail.tsx";

/** More kinds of analysis are told on the slide's own page. */
const mostBadges = 3;

interface SlideCardProps {
  readonly slide: ListedImage;
}

/** A slide in the library. Only slides whose tiling is under way are followed live. */
export function SlideCard({ slide }: SlideCardProps) {
  const { imageId, name, sizeBytes, createdAt } = slide;
  // Lists leave out what the uploader said, and so does the card.
  const seed = { ...slide.tiling, datasetMetadata: {} };
  const live = useTilingStatus(imageId, { seed, enabled: !isTerminal(seed.status) });
  const tiling = latestStatus(live.status ?? seed, seed);
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
        <JobState job={tiling} words={tilingWords} isAway={live.isAway} />
        {slide.verdicts.slice(0, mostBadges).map((verdict) => (
          <VerdictBadge key={verdict.kind} verdict={verdict} />
        ))}
        <Text size="xs" c="dimmed" component="time" dateTime={createdAt} title={createdAt}>
          {formatMoment(createdAt)}
        </Text>
      </div>
    </li>
  );
}
