import { Stack, Text } from "@mantine/core";
import type { TilingStatus } from "@tilewright/client";
import { TilingActions } from "../tiling/TilingActions.tsx";
import { TilingProgress } from "../tiling/TilingProgress.tsx";
import styles from "./SlidePage.module.css";

interface PreviewNoteProps {
  readonly tiling: TilingStatus;
}

function noteOf({ status, replacesJobId, preview }: TilingStatus): { about: string; words: string } {
  if (replacesJobId !== null) {
    const words =
      status === "FAILED"
        ? "This pyramid is damaged, and it could not be made again."
        : "This pyramid is damaged. It is being made again and follows here by itself.";
    return { about: "Damaged pyramid", words };
  }
  return preview?.imageLevelCount === undefined
    ? { about: "Preview", words: "This is a preview. Full detail follows here by itself." }
    : {
        about: "Uploaded file",
        words: "This is the uploaded file, in full detail. Its pyramid follows here by itself.",
      };
}

/** Says that what one sees is not all there is yet, and how far the rest is. */
export function PreviewNote({ tiling }: PreviewNoteProps) {
  const { about, words } = noteOf(tiling);
  return (
    <aside className={styles["previewNote"]} aria-label={about}>
      <Stack gap="xs">
        <Text size="sm">{words}</Text>
        <TilingProgress imageId={tiling.imageId} />
        <TilingActions tiling={tiling} />
      </Stack>
    </aside>
  );
}
