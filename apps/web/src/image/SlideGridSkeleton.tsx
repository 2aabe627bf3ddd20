import { Skeleton } from "@mantine/core";
import styles from "./LibraryPage.module.css";

const places = ["first", "second", "third", "fourth"];

export function SlideGridSkeleton() {
  return (
    <div className={styles["grid"]} aria-busy="true" role="status" aria-label="Loading slides">
      {places.map((place) => (
        <Skeleton key={place} height={300} radius="lg" />
      ))}
    </div>
  );
}
