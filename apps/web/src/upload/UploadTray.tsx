import { ActionIcon, Group, Text, Title } from "@mantine/core";
import { useEffect, useId, useState } from "react";
import { trpc } from "../api/trpc.ts";
import { ChevronIcon, CloseIcon } from "../ui/icons.tsx";
import { UploadRow } from "./UploadRow.tsx";
import styles from "./UploadTray.module.css";
import { traySummary } from "./upload-words.ts";
import { useUploadNote, useUploadQueue, useUploads } from "./uploads-context.ts";
import { useLeaveWarning } from "./useLeaveWarning.ts";

/** All uploads of this tab, on every page. */
export function UploadTray() {
  const entries = useUploads();
  const note = useUploadNote();
  const queue = useUploadQueue();
  const [isOpen, setIsOpen] = useState(true);
  const titleId = useId();
  const listId = useId();
  useLeaveWarning(entries);
  useFreshLibrary(entries.filter((entry) => entry.phase === "FINISHED").length);
  if (entries.length === 0 && note === null) return null;
  return (
    <section className={styles["tray"]} data-upload-tray aria-labelledby={titleId}>
      <Group className={styles["head"]} justify="space-between" wrap="nowrap">
        <div>
          <Title order={2} size="h6" id={titleId}>
            Uploads
          </Title>
          <Text size="xs" c="dimmed">
            {traySummary(entries)}
          </Text>
        </div>
        <ActionIcon
          variant="subtle"
          color="var(--mantine-color-text)"
          size="lg"
          className={styles["atEdge"]}
          aria-label={isOpen ? "Fold the uploads" : "Unfold the uploads"}
          aria-expanded={isOpen}
          aria-controls={listId}
          onClick={() => setIsOpen(!isOpen)}
        >
          <span className={styles["chevron"]} data-open={isOpen}>
            <ChevronIcon />
          </span>
        </ActionIcon>
      </Group>
      <div aria-live="polite">
        {note !== null && (
          <Group className={styles["note"]} justify="space-between" wrap="nowrap" gap="xs">
            <Text size="xs">{note}</Text>
            <ActionIcon
              variant="subtle"
              color="var(--mantine-color-text)"
              size={34}
              className={styles["atEdge"]}
              aria-label="Dismiss the note"
              onClick={() => queue.note(null)}
            >
              <CloseIcon />
            </ActionIcon>
          </Group>
        )}
      </div>
      <ul className={styles["rows"]} id={listId} hidden={!isOpen}>
        {entries.map((entry) => (
          <UploadRow key={entry.key} entry={entry} />
        ))}
      </ul>
    </section>
  );
}

/** An upload that ended is a new slide: the library asks again. */
function useFreshLibrary(finished: number): void {
  const { images } = trpc.useUtils();
  useEffect(() => {
    if (finished > 0) void images.list.invalidate();
  }, [finished, images]);
}
