import { Skeleton } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { isUnknown } from "../api/trouble.ts";
import { trpc } from "../api/trpc.ts";
import { LoadTrouble } from "../app/LoadTrouble.tsx";
import { latestStatus } from "../tiling/latest-status.ts";
import { useTilingStatus } from "../tiling/useTilingStatus.ts";
import { SlideHeader } from "./SlideHeader.tsx";
import { SlideNotFound } from "./SlideNotFound.tsx";
import styles from "./SlidePage.module.css";
import { SlidePanel } from "./SlidePanel.tsx";
import { SlideStage } from "./SlideStage.tsx";

const route = getRouteApi("/slides/$imageId");

/** One slide: its viewer, or the way there. */
export function SlidePage() {
  const { imageId } = route.useParams();
  const slide = trpc.images.get.useQuery({ imageId });
  const live = useTilingStatus(imageId);
  if (isUnknown(slide.error)) return <SlideNotFound />;
  if (!slide.data) {
    return (
      <div className={styles["waiting"]}>
        <title>Slide – Tilewright</title>
        {slide.failureReason ? (
          <LoadTrouble reason={slide.failureReason} isFinal={slide.isError} onTryAgain={() => void slide.refetch()} />
        ) : (
          <Skeleton height="60vh" radius="lg" />
        )}
      </div>
    );
  }
  const tiling = latestStatus(live.status ?? slide.data.tiling, slide.data.tiling);
  return (
    <div className={styles["page"]}>
      <title>{`${slide.data.name} – Tilewright`}</title>
      <SlideHeader slide={slide.data} />
      <SlideStage key={tiling.jobId} slide={slide.data} tiling={tiling} />
      <SlidePanel slide={slide.data} tiling={tiling} />
    </div>
  );
}
