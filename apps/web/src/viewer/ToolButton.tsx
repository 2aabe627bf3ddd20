import { ActionIcon, Tooltip } from "@mantine/core";
import type { ComponentType } from "react";

interface ToolButtonProps {
  readonly label: string;
  /** The key that does the same while the image has the focus. */
  readonly shortcut?: string | undefined;
  readonly icon: ComponentType<{ size?: number }>;
  readonly onClick: () => void;
  /** Of a button that opens something, whether that is open. */
  readonly isExpanded?: boolean | undefined;
}

/** The tooltip stays inside the viewer, where full screen shows it too. */
export function ToolButton({ label, shortcut, icon: Icon, onClick, isExpanded }: ToolButtonProps) {
  return (
    <Tooltip label={shortcut ? `${label} (${shortcut})` : label} position="right" withinPortal={false} openDelay={400}>
      <ActionIcon
        variant="subtle"
        color="var(--mantine-color-text)"
        size={38}
        aria-label={label}
        aria-expanded={isExpanded}
        onClick={onClick}
      >
        <Icon size={20} />
      </ActionIcon>
    </Tooltip>
  );
}
