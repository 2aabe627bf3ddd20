import type { JobDomain } from "@tilewright/core";
import type { ComponentType } from "react";
import { AnalysisPanel } from "../analysis/AnalysisPanel.tsx";
import type { PanelProps } from "../jobs/panel-props.ts";
import { TilingPanel } from "../tiling/TilingPanel.tsx";

/** What stands beside the viewer, from top to bottom: one line per domain. */
export const panels = {
  tiling: TilingPanel,
  analysis: AnalysisPanel,
} satisfies Record<JobDomain, ComponentType<PanelProps>>;
