import { Title } from "@mantine/core";
import type OpenSeadragon from "openseadragon";
import { formatChoices, type LayerChoice, type LayersSearch, parseChoices } from "../../analysis/layer-search.ts";
import { CloseIcon } from "../../ui/icons.tsx";
import { ToolButton } from "../ToolButton.tsx";
import { AnalysisLayers } from "./AnalysisLayers.tsx";
import styles from "./LayersPanel.module.css";
import { useLayerStack } from "./useLayerStack.ts";

interface LayersPanelProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly imageId: string;
  readonly search: LayersSearch & { readonly analysis: string };
  readonly onChange: (search: LayersSearch) => void;
  /** A closed panel goes on to show its layers. */
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** The layers of an analysis, and of one beside it: which are shown, and how. */
export function LayersPanel({ viewer, imageId, search, onChange, isOpen, onClose }: LayersPanelProps) {
  const stack = useLayerStack(viewer);
  const { analysis, layers, compare, compareLayers } = search;
  if (!stack) return null;
  return (
    <>
      {/* What the values in the middle of the view belong to, while keys move the image. */}
      <span className={styles["middle"]} aria-hidden="true" />
      <section className={styles["panel"]} aria-label="Layers" hidden={!isOpen}>
        <header className={styles["head"]}>
          <Title order={2} size="h5">
            Layers
          </Title>
          <ToolButton label="Close layers" icon={CloseIcon} onClick={onClose} />
        </header>
        <AnalysisLayers
          key={analysis}
          viewer={viewer}
          stack={stack}
          imageId={imageId}
          jobId={analysis}
          choices={choicesOf(layers)}
          onChange={(choices) => onChange({ ...search, layers: formatChoices(choices) })}
          hasFields
        />
        {compare !== undefined && (
          <AnalysisLayers
            key={compare}
            viewer={viewer}
            stack={stack}
            imageId={imageId}
            jobId={compare}
            // Beside another analysis nothing is shown that was not asked for.
            choices={choicesOf(compareLayers ?? "")}
            onChange={(choices) => onChange({ ...search, compareLayers: formatChoices(choices) })}
            hasFields={false}
          />
        )}
      </section>
    </>
  );
}

const choicesOf = (text: string | undefined): LayerChoice[] | null => (text === undefined ? null : parseChoices(text));
