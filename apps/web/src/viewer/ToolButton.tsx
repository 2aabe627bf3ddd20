import { ActionIcon, Tooltip } from "@mantine/core";
import type { ComponentType } from "react";

interface ToolButtonProps {
  readonly label: string;
  /** The key that does the same while the image has the focus. */
  readonly shortcut?: string | undefined;
  readonly icon: ComponentType<{ size?: number }>;
  readonly onClick: () => void;
}

/** The tooltip stays inside the viewer, where full screen shows it too. */
export function ToolButton({ label, shortcut, icon: Icon, onClick }: ToolButtonProps) {
  return (
    <Tooltip label={shortcut ? `${label} (${shortcut})` : label} position="right" withinPortal={false} openDelay={400}>
      <ActionIcon variant="subtle" color="var(--mantine-color-text)" size={38} aria-label={label} onClick={onClick}>
        <Icon size={20} />
      </ActionIcon>
    </Tooltip>
  );
}
