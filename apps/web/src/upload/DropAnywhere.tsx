import { Stack, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { UploadIcon } from "../ui/icons.tsx";
import { takeFiles } from "./choosing/take-files.ts";
import { useUploadQueue } from "./uploads-context.ts";

/** The whole page takes files, on every route. What they are is for the server to judge. */
export function DropAnywhere() {
  const queue = useUploadQueue();
  return (
    // For the mouse alone, and always in the document: keyboards and screen readers have "Choose files".
    <div aria-hidden="true">
      <Dropzone.FullScreen
        active
        activateOnKeyboard={false}
        withinPortal={false}
        onDrop={(files) => void takeFiles(queue, files)}
        zIndex={500}
      >
        <Stack align="center" justify="center" mih="80vh" gap="xs">
          <UploadIcon size={48} />
          <Text size="xl" fw={600}>
            Drop to upload
          </Text>
          <Text c="dimmed">Files that were interrupted go on where they stopped.</Text>
        </Stack>
      </Dropzone.FullScreen>
    </div>
  );
}
