import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { isUnknown, troubleOf } from "../api/trouble.ts";
import { trpc } from "../api/trpc.ts";
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
    const trouble = slide.failureReason ? troubleOf(slide.failureReason) : null;
    return (
      <div className={styles["waiting"]}>
        <title>Slide – Tilewright</title>
        {!trouble && <Skeleton height="60vh" radius="lg" />}
        {trouble && (
          <Stack align="flex-start" role="alert">
            <Text>{trouble.sentence}</Text>
            <Button variant="default" loading={slide.isFetching} onClick={() => slide.refetch()}>
              Try again
            </Button>
          </Stack>
        )}
      </div>
    );
  }
  const tiling = latestStatus(slide.data.tiling, live.status);
  return (
    <div className={styles["page"]}>
      <title>{`${slide.data.name} – Tilewright`}</title>
      <SlideHeader slide={slide.data} />
      <SlideStage key={tiling.jobId} slide={slide.data} tiling={tiling} />
      <SlidePanel slide={slide.data} tiling={tiling} />
    </div>
  );
}
