import type { TilingStatus } from "@tilewright/client";
import { useState } from "react";
import { thumbnailAddress } from "../tiling/thumbnail-address.ts";
import styles from "./SlideThumbnail.module.css";

interface SlideThumbnailProps {
  readonly tiling: TilingStatus;
}

/**
 * The thumbnail of the pyramid, or of its preview; before that, and where it cannot be had, a calm pattern of tiles.
 */
export function SlideThumbnail({ tiling }: SlideThumbnailProps) {
  const [missing, setMissing] = useState<string | null>(null);
  const address = thumbnailAddress(tiling);
  const hasThumbnail = address !== null && address !== missing;
  return (
    <div className={styles["frame"]} data-empty={!hasThumbnail || undefined}>
      {hasThumbnail && (
        <img
          className={styles["thumbnail"]}
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
