import { Text } from "@mantine/core";
import { shownName } from "@tilewright/core";
import type { AnalysisLayer } from "@tilewright/core/analysis";
import type OpenSeadragon from "openseadragon";
import { useEffect, useId, useMemo } from "react";
import { type LayerChoice, usualOpacity } from "../../analysis/layer-search.ts";
import { ClassLegend } from "./ClassLegend.tsx";
import { drawingOf } from "./drawings.ts";
import { FileTrouble } from "./FileTrouble.tsx";
import { GridControls } from "./GridControls.tsx";
import styles from "./LayersPanel.module.css";
import { useLayerData } from "./layer-data.ts";
import type { LayerStack } from "./layer-stack.ts";
import { RangeField } from "./RangeField.tsx";
import { thresholdOf } from "./threshold.ts";

interface LayerRowProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly stack: LayerStack;
  readonly jobId: string;
  readonly layer: AnalysisLayer;
  /** Layers of a higher order lie on top. */
  readonly order: number;
  /** How it is shown; null while it is not. */
  readonly choice: LayerChoice | null;
  readonly onChange: (choice: LayerChoice | null) => void;
}

/** A layer's box to tick, and its controls while it is shown. */
export function LayerRow({ viewer, stack, jobId, layer, order, choice, onChange }: LayerRowProps) {
  const describedBy = useId();
  const isShown = choice !== null;
  const { data, error, isFetching, refetch } = useLayerData(jobId, layer, isShown);
  const threshold = layer.type === "grid" && choice ? thresholdOf(layer, choice.threshold) : null;
  const drawing = useMemo(() => data && isShown && drawingOf(data, threshold), [data, isShown, threshold]);
  const opacity = choice?.opacity ?? usualOpacity;
  useEffect(() => {
    const key = `${jobId} ${layer.name}`;
    if (drawing) stack.put(key, { drawing, opacity, order });
    return () => stack.put(key, null);
  }, [stack, jobId, layer.name, drawing, opacity, order]);
  return (
    <li className={styles["layer"]} data-layer={layer.name} data-shown={Boolean(drawing)}>
      <label className={styles["choice"]}>
        <input
          type="checkbox"
          checked={isShown}
          aria-describedby={layer.description ? describedBy : undefined}
          onChange={({ currentTarget }) =>
            onChange(currentTarget.checked ? { name: layer.name, opacity: usualOpacity } : null)
          }
        />
        {shownName(layer.title)}
      </label>
      {layer.description && (
        <Text id={describedBy} size="xs" c="dimmed">
          {shownName(layer.description)}
        </Text>
      )}
      {choice && error && (
        <FileTrouble what="This layer" error={error} isBusy={isFetching} onTryAgain={() => refetch()} />
      )}
      {choice && !error && !data && (
        <Text size="sm" role="status">
          Loading…
        </Text>
      )}
      {choice && data && (
        <RangeField
          label={layer.type === "geojson" ? "Opacity of the filling" : "Opacity"}
          about={layer.title}
          value={choice.opacity}
          least={0}
          most={1}
          step={0.05}
          reading={`${Math.round(choice.opacity * 100)} %`}
          onChange={(value) => onChange({ ...choice, opacity: value })}
        />
      )}
      {choice && data?.type === "grid" && (
        <GridControls
          viewer={viewer}
          grid={data.grid}
          threshold={threshold}
          onThreshold={(value) => onChange({ ...choice, threshold: value ?? "all" })}
        />
      )}
      {choice && data?.type === "geojson" && <ClassLegend classes={data.classes} />}
    </li>
  );
}
