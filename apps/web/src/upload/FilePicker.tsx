import { FileButton } from "@mantine/core";
import { type InputHTMLAttributes, type ReactNode, useRef } from "react";

interface FilePickerProps {
  readonly takes: "file" | "files" | "folder";
  readonly onChoose: (files: File[]) => void;
  /** What opens it. */
  readonly children: (open: () => void) => ReactNode;
}

/** Browsers know a folder's picker by a name that React's types don't. */
const folder = { webkitdirectory: "" } as InputHTMLAttributes<HTMLInputElement>;

/**
 * The system's dialog for files. It forgets what was chosen: browsers tell only of changes, and the same file may come
 * again.
 */
export function FilePicker({ takes, onChoose, children }: FilePickerProps) {
  const forget = useRef<() => void>(null);
  const choose = (chosen: File | File[] | null) => {
    forget.current?.();
    onChoose([chosen ?? []].flat());
  };
  return (
    <FileButton
      multiple={takes !== "file"}
      resetRef={forget}
      onChange={choose}
      {...(takes === "folder" && { inputProps: folder })}
    >
      {({ onClick }) => children(onClick)}
    </FileButton>
  );
}
