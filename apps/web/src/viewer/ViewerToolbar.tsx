import type OpenSeadragon from "openseadragon";
import {
  FullScreenIcon,
  HomeIcon,
  LeaveFullScreenIcon,
  OneToOneIcon,
  RotateLeftIcon,
  RotateRightIcon,
  ZoomInIcon,
  ZoomOutIcon,
} from "../app/icons.tsx";
import { CopyLinkButton } from "./CopyLinkButton.tsx";
import styles from "./SlideViewer.module.css";
import { ToolButton } from "./ToolButton.tsx";
import { rotateBy, showPixelForPixel, showWhole, zoomBy } from "./view.ts";
import { ZoomReading } from "./ZoomReading.tsx";

interface ViewerToolbarProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly isFullScreen: boolean;
  readonly onToggleFullScreen: () => void;
}

export function ViewerToolbar({ viewer, isFullScreen, onToggleFullScreen }: ViewerToolbarProps) {
  return (
    <div className={styles["toolbar"]} role="toolbar" aria-label="View" aria-orientation="vertical">
      <ToolButton label="Zoom in" icon={ZoomInIcon} onClick={() => zoomBy(viewer, 2)} />
      <ZoomReading viewer={viewer} />
      <ToolButton label="Zoom out" icon={ZoomOutIcon} onClick={() => zoomBy(viewer, 0.5)} />
      <ToolButton label="Whole image" icon={HomeIcon} onClick={() => showWhole(viewer)} />
      <ToolButton label="Actual size" icon={OneToOneIcon} onClick={() => showPixelForPixel(viewer)} />
      <ToolButton label="Rotate left" icon={RotateLeftIcon} onClick={() => rotateBy(viewer, -90)} />
      <ToolButton label="Rotate right" icon={RotateRightIcon} onClick={() => rotateBy(viewer, 90)} />
      <ToolButton
        label={isFullScreen ? "Leave full screen" : "Full screen"}
        icon={isFullScreen ? LeaveFullScreenIcon : FullScreenIcon}
        onClick={onToggleFullScreen}
      />
      <CopyLinkButton viewer={viewer} />
    </div>
  );
}
