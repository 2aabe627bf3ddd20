import type { TilingStatus } from "@tilewright/client";
import { useState } from "react";
import { shownPyramid } from "../tiling/shown-pyramid.ts";
import styles from "./SlideThumbnail.module.css";

interface SlideThumbnailProps {
  readonly tiling: TilingStatus;
}

/**
 * The thumbnail of the pyramid, or of its preview; before that, and where it cannot be had, a calm pattern of tiles.
 */
export function SlideThumbnail({ tiling }: SlideThumbnailProps) {
  const [missing, setMissing] = useState<string | null>(null);
  const address = addressOf(tiling);
  const hasThumbnail = address !== null && address !== missing;
  return (
    <div className={styles["frame"]} data-empty={!hasThumbnail || undefined}>
      {hasThumbnail && (
        <img
          className={styles["picture"]}
          src={address}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setMissing(address)}
        />
      )}
    </div>
  );
}

function addressOf(tiling: TilingStatus): string | null {
  const { jobId, attempt, preview } = tiling;
  const shownJobId = shownPyramid(tiling);
  if (shownJobId) return `/pyramids/${shownJobId}/thumbnail.jpg`;
  return preview && `/previews/${jobId}/${attempt}/thumbnail.jpg`;
}
