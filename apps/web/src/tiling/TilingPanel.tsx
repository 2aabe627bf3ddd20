import type { PanelProps } from "../jobs/panel-props.ts";
import { PanelSection } from "../ui/PanelSection.tsx";
import { TilingFacts } from "./TilingFacts.tsx";
import { TilingTimeline } from "./TilingTimeline.tsx";

export const TilingPanel = ({ slide, tiling }: PanelProps) => (
  <>
    <PanelSection title="Facts">
      <TilingFacts slide={slide} tiling={tiling} />
    </PanelSection>
    <PanelSection title="History">
      <TilingTimeline tiling={tiling} />
    </PanelSection>
  </>
);
