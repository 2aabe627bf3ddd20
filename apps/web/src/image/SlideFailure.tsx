import { Group, Stack, Title } from "@mantine/core";
import type { ImageSummary, TilingStatus } from "@tilewright/client";
import { FailureNote } from "../jobs/FailureNote.tsx";
import { tilingWords } from "../tiling/status-words.ts";
import { TilingActions } from "../tiling/TilingActions.tsx";
import { DeleteSlideButton } from "./DeleteSlideButton.tsx";
import styles from "./SlidePage.module.css";

interface SlideFailureProps {
  readonly slide: ImageSummary;
  readonly tiling: TilingStatus;
  readonly failure: NonNullable<TilingStatus["failure"]>;
}

/** In place of a viewer that will not come by itself: what is wrong, what to do, and the buttons for it. */
export function SlideFailure({ slide, tiling, failure }: SlideFailureProps) {
  return (
    <Stack className={styles["card"]} gap="lg" role="group" aria-label="What went wrong">
      <Title order={2} size="h3">
        {tilingWords.status(tiling)}
      </Title>
      <FailureNote failure={failure} />
      <Group gap="sm">
        <TilingActions tiling={tiling} />
        <DeleteSlideButton slide={slide} size="sm" />
      </Group>
    </Stack>
  );
}
