import type { ImageSummary, TilingStatus } from "@tilewright/client";

/** What a domain's sections beside the viewer are given: the slide, and the pyramid that there is or will be of it. */
export interface PanelProps {
  readonly slide: ImageSummary;
  readonly tiling: TilingStatus;
}
