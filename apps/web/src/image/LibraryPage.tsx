import { Button, Group, Text } from "@mantine/core";
import { useRef } from "react";
import { LateAnswer } from "../ui/LateAnswer.tsx";
import { LoadTrouble } from "../ui/LoadTrouble.tsx";
import { PageTitle } from "../ui/PageTitle.tsx";
import { ChooseFilesButton } from "../upload/ChooseFilesButton.tsx";
import { EmptyLibrary } from "./EmptyLibrary.tsx";
import styles from "./LibraryPage.module.css";
import { SlideCard } from "./SlideCard.tsx";
import { SlideGridSkeleton } from "./SlideGridSkeleton.tsx";
import { SortControl } from "./SortControl.tsx";
import { useFocusOnMore } from "./useFocusOnMore.ts";
import { useSlides } from "./useSlides.ts";
import { useSort } from "./useSort.ts";

/** All slides, newest first unless the address asks for another order. */
export function LibraryPage() {
  const { sort, setSort } = useSort();
  const list = useSlides(sort);
  const pages = list.data?.pages ?? [];
  const slides = pages.flatMap((page) => page.images);
  const grid = useRef<HTMLUListElement>(null);
  useFocusOnMore(grid, pages.length, slides.length - (pages.at(-1)?.images.length ?? 0));
  return (
    <div className={styles["page"]}>
      <title>Library – Tilewright</title>
      <Group justify="space-between" mb="lg">
        <div>
          <PageTitle size="h2">Library</PageTitle>
          <Text c="dimmed" size="sm">
            Deep-zoom slides{sort ? "" : ", newest first"}
          </Text>
        </div>
        {slides.length > 0 && (
          <Group gap="sm">
            <SortControl sort={sort} onSort={setSort} />
            <ChooseFilesButton />
          </Group>
        )}
      </Group>
      {list.isPending && !list.failureReason && (
        <>
          <LateAnswer />
          <SlideGridSkeleton />
        </>
      )}
      {list.failureReason && (
        <LoadTrouble reason={list.failureReason} isFinal={list.isError} onTryAgain={() => void list.refetch()} />
      )}
      {list.data && slides.length === 0 && <EmptyLibrary />}
      {slides.length > 0 && (
        <ul ref={grid} className={styles["grid"]} aria-label="Slides">
          {slides.map((slide) => (
            <SlideCard key={slide.imageId} slide={slide} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Group justify="center" mt="xl">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            Show more
          </Button>
        </Group>
      )}
    </div>
  );
}
