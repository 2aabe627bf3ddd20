import type OpenSeadragon from "openseadragon";
import { formatQuantity } from "../../analysis/quantity.ts";
import { scaleGradient } from "./colour-scale.ts";
import { type Grid, isLowWanted, type Threshold } from "./grid.ts";
import styles from "./LayersPanel.module.css";
import { RangeField } from "./RangeField.tsx";
import { fromSlider, toSlider } from "./threshold.ts";
import { ValueReading } from "./ValueReading.tsx";

interface GridControlsProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly grid: Grid;
  readonly threshold: Threshold;
  readonly onThreshold: (threshold: Threshold) => void;
}

const steps = 200;

/** Legend, threshold and reading of a grid. */
export function GridControls({ viewer, grid, threshold, onThreshold }: GridControlsProps) {
  const { layer } = grid;
  const [least, most] = layer.range;
  const [from, to] = [formatQuantity(least, layer.unit), formatQuantity(most, layer.unit)];
  const place = toSlider(layer, threshold);
  const share = most > least ? ((place - least) / (most - least)) * 100 : 0;
  const isLow = isLowWanted(layer);
  return (
    <>
      <div className={styles["legend"]} role="img" aria-label={`Colours from ${from} to ${to}`}>
        <div className={styles["scale"]} style={{ background: scaleGradient(isLow) }}>
          {/* What the threshold leaves out of the picture. */}
          <div
            className={styles["left"]}
            style={isLow ? { insetInlineStart: `${share}%`, insetInlineEnd: 0 } : { inlineSize: `${share}%` }}
          />
        </div>
        <span>{from}</span>
        <span>{to}</span>
      </div>
      {most > least && (
        <RangeField
          label="Threshold"
          about={layer.title}
          value={place}
          least={least}
          most={most}
          step={(most - least) / steps}
          reading={
            threshold === null ? "all shown" : `${formatQuantity(threshold, layer.unit)} or ${isLow ? "less" : "more"}`
          }
          onChange={(value) => onThreshold(fromSlider(layer, value))}
        />
      )}
      <ValueReading viewer={viewer} grid={grid} />
    </>
  );
}
