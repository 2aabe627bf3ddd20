import { Button, Group } from "@mantine/core";
import { UploadIcon } from "../ui/icons.tsx";
import { takeFiles } from "./choosing/take-files.ts";
import { FilePicker } from "./FilePicker.tsx";
import { useUploadQueue } from "./uploads-context.ts";

/** A folder is what holds a slide of several files, such as MRXS, beside its first one. */
export function ChooseFilesButton() {
  const queue = useUploadQueue();
  const take = (files: File[]) => void takeFiles(queue, files);
  return (
    <Group gap="xs">
      <FilePicker takes="files" onChoose={take}>
        {(open) => (
          <Button leftSection={<UploadIcon />} onClick={open}>
            Choose files
          </Button>
        )}
      </FilePicker>
      <FilePicker takes="folder" onChoose={take}>
        {(open) => (
          <Button variant="default" onClick={open}>
            Choose a folder
          </Button>
        )}
      </FilePicker>
    </Group>
  );
}
