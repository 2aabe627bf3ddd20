import { Stack, Text } from "@mantine/core";
import type { TilingStatus } from "@tilewright/client";
import { TilingActions } from "../tiling/TilingActions.tsx";
import { TilingProgress } from "../tiling/TilingProgress.tsx";
import styles from "./SlidePage.module.css";

interface PreviewNoteProps {
  readonly tiling: TilingStatus;
}

function noteWords({ status, replacesJobId }: TilingStatus): string {
  if (replacesJobId === null) return "This is a preview. Full detail follows here by itself.";
  return status === "FAILED"
    ? "This pyramid is damaged, and it could not be made again."
    : "This pyramid is damaged. It is being made again and follows here by itself.";
}

/** Says that what one sees is not all there is yet, and how far the rest is. */
export function PreviewNote({ tiling }: PreviewNoteProps) {
  return (
    <aside className={styles["previewNote"]} aria-label={tiling.replacesJobId === null ? "Preview" : "Damaged pyramid"}>
      <Stack gap="xs">
        <Text size="sm">{noteWords(tiling)}</Text>
        <TilingProgress imageId={tiling.imageId} />
        <TilingActions tiling={tiling} />
      </Stack>
    </aside>
  );
}
