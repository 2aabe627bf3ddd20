import { Button, FileButton, Group } from "@mantine/core";
import type { InputHTMLAttributes } from "react";
import { UploadIcon } from "../app/icons.tsx";
import { takeFiles } from "./choosing/take-files.ts";
import { useUploadQueue } from "./uploads-context.ts";

/** A folder is what holds a slide of several files, such as MRXS, beside its first one. */
const folder = { webkitdirectory: "" } as InputHTMLAttributes<HTMLInputElement>;

export function ChooseFilesButton() {
  const queue = useUploadQueue();
  const take = (files: File[] | null) => void takeFiles(queue, files ?? []);
  return (
    <Group gap="xs">
      <FileButton multiple onChange={take}>
        {({ onClick }) => (
          <Button leftSection={<UploadIcon />} onClick={onClick}>
            Choose files
          </Button>
        )}
      </FileButton>
      <FileButton multiple inputProps={folder} onChange={take}>
        {({ onClick }) => (
          <Button variant="default" onClick={onClick}>
            Choose a folder
          </Button>
        )}
      </FileButton>
    </Group>
  );
}
