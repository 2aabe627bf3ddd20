import { ActionIcon } from "@mantine/core";
import { shownName } from "@tilewright/core";
import type { ComponentType } from "react";
import { ConfirmButton } from "../ui/ConfirmButton.tsx";
import { FileName } from "../ui/FileName.tsx";
import { CloseIcon, PauseIcon, PlayIcon, RetryIcon, UploadIcon } from "../ui/icons.tsx";
import { actionsFor, type UploadAction, type UploadEntry } from "./entry.ts";
import { FilePicker } from "./FilePicker.tsx";
import { useUploadQueue } from "./uploads-context.ts";

const looks = {
  pause: { verb: "Pause", icon: PauseIcon },
  resume: { verb: "Resume", icon: PlayIcon },
  retry: { verb: "Retry", icon: RetryIcon },
  dismiss: { verb: "Dismiss", icon: CloseIcon },
  cancel: { verb: "Cancel upload of", icon: CloseIcon },
  chooseAgain: { verb: "Choose again", icon: UploadIcon },
} as const satisfies Record<UploadAction, { verb: string; icon: ComponentType }>;

/** The buttons of a row: those that its phase allows. */
export function UploadActions({ entry }: { readonly entry: UploadEntry }) {
  return actionsFor(entry).map((action) => <UploadActionButton key={action} action={action} entry={entry} />);
}

function UploadActionButton({ action, entry }: { readonly action: UploadAction; readonly entry: UploadEntry }) {
  const queue = useUploadQueue();
  const { key, fileName } = entry;
  const button = (onClick: () => void) => <RowButton action={action} fileName={fileName} onClick={onClick} />;
  switch (action) {
    case "chooseAgain":
      return (
        <FilePicker takes="file" onChoose={(files) => queue.add(files)}>
          {button}
        </FilePicker>
      );
    case "cancel":
      return (
        <ConfirmButton
          question={
            <>
              Cancel the upload of <FileName name={fileName} />? What was sent so far is thrown away.
            </>
          }
          confirmLabel="Cancel upload"
          keepLabel="Keep uploading"
          onConfirm={() => void queue.cancel(key)}
        >
          {button}
        </ConfirmButton>
      );
    case "pause":
    case "resume":
    case "retry":
    case "dismiss":
      return button(() => queue[action](key));
  }
}

interface RowButtonProps {
  readonly action: UploadAction;
  readonly fileName: string;
  readonly onClick: () => void;
}

/** Passes on what a popover hands to its target. */
function RowButton({ action, fileName, ...target }: RowButtonProps) {
  const { verb, icon: Icon } = looks[action];
  return (
    <ActionIcon
      variant="subtle"
      color="var(--mantine-color-text)"
      size={34}
      aria-label={`${verb} ${shownName(fileName)}`}
      title={verb === "Cancel upload of" ? "Cancel upload" : verb}
      {...target}
    >
      <Icon />
    </ActionIcon>
  );
}
