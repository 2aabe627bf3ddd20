import type { TilingStatus } from "@tilewright/client";
import { useState } from "react";
import styles from "./SlideThumbnail.module.css";

interface SlideThumbnailProps {
  readonly tiling: TilingStatus;
}

/** The finished pyramid's thumbnail; before that, and where it cannot be had, a calm pattern of tiles. */
export function SlideThumbnail({ tiling: { jobId, status } }: SlideThumbnailProps) {
  const [missingJobId, setMissingJobId] = useState<string | null>(null);
  const hasThumbnail = status === "COMPLETED" && missingJobId !== jobId;
  return (
    <div className={styles["frame"]} data-empty={!hasThumbnail || undefined}>
      {hasThumbnail && (
        <img
          className={styles["picture"]}
          src={`/pyramids/${jobId}/thumbnail.jpg`}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setMissingJobId(jobId)}
        />
      )}
    </div>
  );
}
