import { Skeleton } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { isUnknown } from "../api/trouble.ts";
import { trpc } from "../api/trpc.ts";
import { latestStatus } from "../jobs/latest-status.ts";
import { useTilingStatus } from "../tiling/useTilingStatus.ts";
import { isolated } from "../ui/FileName.tsx";
import { LateAnswer } from "../ui/LateAnswer.tsx";
import { LoadTrouble } from "../ui/LoadTrouble.tsx";
import { SlideHeader } from "./SlideHeader.tsx";
import { SlideNotFound } from "./SlideNotFound.tsx";
import styles from "./SlidePage.module.css";
import { SlidePanel } from "./SlidePanel.tsx";
import { SlideStage } from "./SlideStage.tsx";

const route = getRouteApi("/slides/$imageId");

const stillThereEveryMs = 4_000;

/** One slide: its viewer, or the way there. */
export function SlidePage() {
  const { imageId } = route.useParams();
  const slide = trpc.images.get.useQuery(
    { imageId },
    // Nothing else tells of a slide that somebody deletes while it is looked at.
    { refetchInterval: ({ state }) => (isUnknown(state.error) ? false : stillThereEveryMs) },
  );
  const live = useTilingStatus(imageId);
  if (isUnknown(slide.error)) return <SlideNotFound error={slide.error} wasHere={slide.data !== undefined} />;
  if (!slide.data) {
    return (
      <>
        <title>Slide – Tilewright</title>
        <SlideHeader slide={null} />
        <div className={styles["waiting"]}>
          {slide.failureReason ? (
            <LoadTrouble reason={slide.failureReason} isFinal={slide.isError} onTryAgain={() => void slide.refetch()} />
          ) : (
            <>
              <LateAnswer />
              <Skeleton height="60vh" radius="lg" />
            </>
          )}
        </div>
      </>
    );
  }
  const tiling = latestStatus(live.status ?? slide.data.tiling, slide.data.tiling);
  return (
    <div className={styles["page"]}>
      <title>{`${isolated(slide.data.name)} – Tilewright`}</title>
      <SlideHeader slide={slide.data} />
      <SlideStage key={tiling.jobId} slide={slide.data} tiling={tiling} />
      <SlidePanel slide={slide.data} tiling={tiling} />
    </div>
  );
}
