import { Loader, Stack, Text, Title } from "@mantine/core";
import type { ImageSummary, TilingStatus } from "@tilewright/client";
import { lazy, Suspense } from "react";
import { shownPyramid } from "../tiling/shown-pyramid.ts";
import { TilingActions } from "../tiling/TilingActions.tsx";
import { TilingProgress } from "../tiling/TilingProgress.tsx";
import { PreviewNote } from "./PreviewNote.tsx";
import { SlideFailure } from "./SlideFailure.tsx";
import styles from "./SlidePage.module.css";

// The viewer is half of the page's code; the library does without.
const SlideViewer = lazy(async () => ({ default: (await import("../viewer/SlideViewer.tsx")).SlideViewer }));

interface SlideStageProps {
  readonly slide: ImageSummary;
  readonly tiling: TilingStatus;
}

/** Where the image is or will be: the viewer as soon as there is something to look at, its progress before. */
export function SlideStage({ slide, tiling }: SlideStageProps) {
  if (shownPyramid(tiling) || tiling.preview) {
    return (
      <div className={styles["stage"]}>
        <Suspense fallback={<Preparing />}>
          {/* Another attempt has another preview; the pyramid takes the place of its own. */}
          <SlideViewer key={tiling.attempt} tiling={tiling} name={slide.name} />
        </Suspense>
        {tiling.status !== "COMPLETED" && <PreviewNote tiling={tiling} />}
      </div>
    );
  }
  const hasWorker = tiling.waiting?.reason !== "NO_WORKER";
  return (
    <div className={styles["stage"]}>
      <div className={styles["preparing"]}>
        {tiling.failure ? (
          <SlideFailure slide={slide} tiling={tiling} failure={tiling.failure} />
        ) : (
          <Stack className={styles["card"]} gap="lg">
            <div>
              <Title order={2} size="h3">
                {hasWorker ? "Your slide is being prepared" : "Your slide is waiting"}
              </Title>
              <Text c="dimmed">
                The viewer opens here by itself. You can leave this page{hasWorker && "; the work goes on"}.
              </Text>
            </div>
            <TilingProgress imageId={slide.imageId} />
            <TilingActions tiling={tiling} />
          </Stack>
        )}
      </div>
    </div>
  );
}

function Preparing() {
  return (
    <div className={styles["preparing"]}>
      <Loader aria-label="Loading the viewer" />
    </div>
  );
}
