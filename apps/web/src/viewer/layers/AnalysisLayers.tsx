import { Skeleton, Text, Title } from "@mantine/core";
import { shownName } from "@tilewright/core";
import type { AnalysisLayer, AnalysisResult } from "@tilewright/core/analysis";
import type OpenSeadragon from "openseadragon";
import { useAnalysisResult } from "../../analysis/analysis-files.ts";
import { type LayerChoice, usualOpacity } from "../../analysis/layer-search.ts";
import { formatMoment } from "../../ui/amounts.ts";
import { FieldList } from "./FieldList.tsx";
import { FileTrouble } from "./FileTrouble.tsx";
import { LayerRow } from "./LayerRow.tsx";
import styles from "./LayersPanel.module.css";
import type { LayerStack } from "./layer-stack.ts";

interface AnalysisLayersProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly stack: LayerStack;
  readonly imageId: string;
  readonly jobId: string;
  /** Null shows what is worth a look first. */
  readonly choices: readonly LayerChoice[] | null;
  readonly onChange: (choices: readonly LayerChoice[]) => void;
  readonly hasFields: boolean;
}

/** One analysis' layers and the fields that it found worth a look. */
export function AnalysisLayers({ viewer, stack, imageId, jobId, choices, onChange, hasFields }: AnalysisLayersProps) {
  const { data: result, error, isFetching, refetch } = useAnalysisResult(jobId);
  if (error) return <FileTrouble what="The analysis" error={error} isBusy={isFetching} onTryAgain={() => refetch()} />;
  if (!result) return <Skeleton height={60} aria-label="Loading the analysis" role="status" />;
  if (result.input.imageId !== imageId) return <Text size="sm">This analysis is of another slide.</Text>;
  const chosen = choices ?? firstChoices(result);
  const change = (name: string, choice: LayerChoice | null) => {
    const others = chosen.filter((each) => each.name !== name);
    onChange(choice ? [...others, choice] : others);
  };
  return (
    <>
      <Title order={3} size="sm" className={styles["analysis"]}>
        {shownName(result.kind.name)} {result.kind.version} · {formatMoment(result.createdAt)}
      </Title>
      {result.layers.length === 0 && <Text size="sm">This analysis has no layers.</Text>}
      <ul className={styles["layers"]}>
        {uniqueLayers(result).map((layer, index) => (
          <LayerRow
            key={layer.name}
            viewer={viewer}
            stack={stack}
            jobId={jobId}
            layer={layer}
            order={orderOf(layer, index)}
            choice={chosen.find(({ name }) => name === layer.name) ?? null}
            onChange={(choice) => change(layer.name, choice)}
          />
        ))}
      </ul>
      {hasFields && result.fields.length > 0 && <FieldList viewer={viewer} stack={stack} result={result} />}
    </>
  );
}

/** A name says which layer is meant; a second one of the same name is out of reach. */
const uniqueLayers = ({ layers }: AnalysisResult): AnalysisLayer[] =>
  layers.filter(({ name }, index) => layers.findIndex((other) => other.name === name) === index);

function firstChoices({ layers }: AnalysisResult): LayerChoice[] {
  const first = layers.find(({ type }) => type === "grid") ?? layers[0];
  return first ? [{ name: first.name, opacity: usualOpacity }] : [];
}

const heights = { overlay: 0, grid: 100, geojson: 200 } as const;

/** Lines lie over cells and cells over pictures; of two alike the first is on top. */
const orderOf = ({ type }: AnalysisLayer, index: number): number => heights[type] - index;
