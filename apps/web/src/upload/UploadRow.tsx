import { Group, Stack, Text } from "@mantine/core";
import { shownName } from "@tilewright/core";
import { TilingProgress } from "../tiling/TilingProgress.tsx";
import { FileName, isolated } from "../ui/FileName.tsx";
import { TextLink } from "../ui/links.tsx";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import type { UploadEntry } from "./entry.ts";
import { UploadActions } from "./UploadActions.tsx";
import styles from "./UploadTray.module.css";
import { donePercent, sentWords, uploadWords } from "./upload-words.ts";

/** One file: on its way to the server, then on its way through tiling. */
export function UploadRow({ entry }: { readonly entry: UploadEntry }) {
  const { fileName, phase, imageId } = entry;
  const name = shownName(fileName);
  return (
    <li className={styles["row"]} aria-label={name} data-upload-phase={phase}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={600} className={styles["name"]} title={isolated(fileName)}>
          <FileName name={fileName} />
        </Text>
        <Group gap={2} wrap="nowrap" className={styles["atEdge"]}>
          {phase === "FINISHED" && imageId !== null && (
            <TextLink to="/slides/$imageId" params={{ imageId }} size="sm" aria-label={`Open ${name}`} px={6}>
              Open
            </TextLink>
          )}
          <UploadActions entry={entry} />
        </Group>
      </Group>
      {phase === "FINISHED" && imageId !== null ? (
        <TilingProgress imageId={imageId} />
      ) : (
        <UploadProgressLines entry={entry} />
      )}
    </li>
  );
}

function UploadProgressLines({ entry }: { readonly entry: UploadEntry }) {
  const { fileName, phase, problem, line } = entry;
  const percent = donePercent(entry);
  const isBad = phase === "FAILED" || phase === "WAITING" || (phase === "SENDING" && line === "CUT_OFF");
  return (
    <Stack gap={4}>
      {phase !== "FAILED" && (
        <>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="xs" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
              {sentWords(entry)}
            </Text>
            <Text size="xs" fw={600} aria-hidden="true" style={{ fontVariantNumeric: "tabular-nums" }}>
              {percent}%
            </Text>
          </Group>
          <ProgressBar
            label={`Upload of ${shownName(fileName)}`}
            percent={percent}
            valueText={`${percent}%, ${sentWords(entry)}`}
          />
        </>
      )}
      <Text size="xs" c={isBad ? "var(--tw-bad)" : "dimmed"} aria-live="polite">
        {problem ?? uploadWords(entry)}
      </Text>
    </Stack>
  );
}
