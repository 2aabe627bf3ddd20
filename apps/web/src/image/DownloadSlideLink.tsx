import { Button } from "@mantine/core";
import type { ImageSummary } from "@tilewright/client";
import { DownloadIcon } from "../ui/icons.tsx";
import styles from "./SlideHeader.module.css";

/** The file that was uploaded, as it came. */
export function DownloadSlideLink({ slide: { imageId, name } }: { readonly slide: ImageSummary }) {
  return (
    <Button
      component="a"
      href={`/images/${imageId}/source`}
      download={name}
      variant="default"
      size="xs"
      aria-label="Download original"
      title="Download original"
    >
      <DownloadIcon size={16} />
      <span className={styles["downloadWord"]}>Download original</span>
    </Button>
  );
}
