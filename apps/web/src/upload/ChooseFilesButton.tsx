import { Button, FileButton } from "@mantine/core";
import { UploadIcon } from "../app/icons.tsx";
import { useUploadQueue } from "./uploads-context.ts";

export function ChooseFilesButton() {
  const queue = useUploadQueue();
  return (
    <FileButton multiple onChange={(files) => queue.add(files)}>
      {({ onClick }) => (
        <Button leftSection={<UploadIcon />} onClick={onClick}>
          Choose files
        </Button>
      )}
    </FileButton>
  );
}
