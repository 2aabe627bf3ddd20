import { Stack, Text } from "@mantine/core";
import type { TilingStatus } from "@tilewright/client";
import { TilingActions } from "../tiling/TilingActions.tsx";
import { TilingProgress } from "../tiling/TilingProgress.tsx";
import styles from "./SlidePage.module.css";

interface PreviewNoteProps {
  readonly tiling: TilingStatus;
}

/** Says that what one sees is not all there is yet, and how far the rest is. */
export function PreviewNote({ tiling }: PreviewNoteProps) {
  return (
    <aside className={styles["previewNote"]} aria-label="Preview">
      <Stack gap="xs">
        <Text size="sm">This is a preview. Full detail follows here by itself.</Text>
        <TilingProgress imageId={tiling.imageId} />
        <TilingActions tiling={tiling} />
      </Stack>
    </aside>
  );
}
