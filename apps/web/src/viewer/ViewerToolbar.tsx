import type OpenSeadragon from "openseadragon";
import type { ComponentProps } from "react";
import type { LayersSearch } from "../analysis/layer-search.ts";
import {
  FullScreenIcon,
  HomeIcon,
  LayersIcon,
  LeaveFullScreenIcon,
  OneToOneIcon,
  RotateLeftIcon,
  RotateRightIcon,
  ZoomInIcon,
  ZoomOutIcon,
} from "../ui/icons.tsx";
import { CopyLinkButton } from "./CopyLinkButton.tsx";
import { type ViewCommand, viewCommands } from "./commands.ts";
import styles from "./SlideViewer.module.css";
import { ToolButton } from "./ToolButton.tsx";
import { ZoomReading } from "./ZoomReading.tsx";

interface ViewerToolbarProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly isFullScreen: boolean;
  readonly onToggleFullScreen: () => void;
  /** What is shown over the image, for links. */
  readonly layers: LayersSearch;
  readonly isLayersOpen: boolean;
  /** Null where there are no layers. */
  readonly onToggleLayers: (() => void) | null;
}

export function ViewerToolbar({ viewer, isFullScreen, onToggleFullScreen, ...props }: ViewerToolbarProps) {
  const { layers, isLayersOpen, onToggleLayers } = props;
  return (
    <div className={styles["toolbar"]} role="toolbar" aria-label="View" aria-orientation="vertical">
      <CommandButton {...viewCommands.zoomIn} icon={ZoomInIcon} viewer={viewer} />
      <ZoomReading viewer={viewer} />
      <CommandButton {...viewCommands.zoomOut} icon={ZoomOutIcon} viewer={viewer} />
      <CommandButton {...viewCommands.showWhole} icon={HomeIcon} viewer={viewer} />
      <CommandButton {...viewCommands.showPixelForPixel} icon={OneToOneIcon} viewer={viewer} />
      <CommandButton {...viewCommands.rotateLeft} icon={RotateLeftIcon} viewer={viewer} />
      <CommandButton {...viewCommands.rotateRight} icon={RotateRightIcon} viewer={viewer} />
      <ToolButton
        label={isFullScreen ? "Leave full screen" : "Full screen"}
        icon={isFullScreen ? LeaveFullScreenIcon : FullScreenIcon}
        onClick={onToggleFullScreen}
      />
      <CopyLinkButton viewer={viewer} layers={layers} />
      {onToggleLayers && (
        <ToolButton label="Layers" icon={LayersIcon} onClick={onToggleLayers} isExpanded={isLayersOpen} />
      )}
    </div>
  );
}

interface CommandButtonProps extends ViewCommand, Pick<ComponentProps<typeof ToolButton>, "icon"> {
  readonly viewer: OpenSeadragon.Viewer;
}

const CommandButton = ({ label, shortcut, run, icon, viewer }: CommandButtonProps) => (
  <ToolButton label={label} shortcut={shortcut} icon={icon} onClick={() => run(viewer)} />
);
