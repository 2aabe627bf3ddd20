import { Title } from "@mantine/core";
import { shownName } from "@tilewright/core";
import type { AnalysisField, AnalysisResult } from "@tilewright/core/analysis";
import type OpenSeadragon from "openseadragon";
import { useEffect, useEffectEvent, useState } from "react";
import { formatQuantity } from "../../analysis/quantity.ts";
import { NextIcon, PreviousIcon } from "../../ui/icons.tsx";
import { fieldStepFor } from "../keys.ts";
import { ToolButton } from "../ToolButton.tsx";
import { showField } from "../view.ts";
import { fieldDrawing } from "./drawings.ts";
import styles from "./LayersPanel.module.css";
import type { LayerStack } from "./layer-stack.ts";

interface FieldListProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly stack: LayerStack;
  readonly result: AnalysisResult;
}

/** Above all layers. */
const fieldOrder = 1_000;

/** The fields that want a look, the worst first; going to one frames it. */
export function FieldList({ viewer, stack, result }: FieldListProps) {
  const { fields } = result;
  const [current, setCurrent] = useState<number | null>(null);
  const go = (index: number) => {
    const field = fields[index];
    if (!field) return;
    setCurrent(index);
    stack.put("field", { drawing: fieldDrawing(field), opacity: 1, order: fieldOrder });
    showField(viewer, field);
  };
  const step = (by: 1 | -1) => go(current === null ? (by > 0 ? 0 : fields.length - 1) : wrapped(current + by, fields));
  const stepByKey = useEffectEvent(step);
  useEffect(() => {
    const onKey = ({ originalEvent }: OpenSeadragon.ViewerEventMap["canvas-key"]) => {
      const by = fieldStepFor(originalEvent as KeyboardEvent);
      if (by !== null) stepByKey(by);
    };
    const label = viewer.canvas.getAttribute("aria-label") ?? "";
    viewer.canvas.setAttribute("aria-label", `${label} N and Shift N go to the fields worth a look.`);
    viewer.addHandler("canvas-key", onKey);
    return () => {
      viewer.removeHandler("canvas-key", onKey);
      viewer.canvas?.setAttribute("aria-label", label);
      stack.put("field", null);
    };
  }, [viewer, stack]);
  const field = current === null ? undefined : fields[current];
  return (
    <section aria-label="Fields worth a look">
      <header className={styles["head"]}>
        <Title order={3} size="sm">
          Fields worth a look
        </Title>
        <div className={styles["steps"]}>
          <ToolButton label="Previous field" shortcut="Shift N" icon={PreviousIcon} onClick={() => step(-1)} />
          <ToolButton label="Next field" shortcut="N" icon={NextIcon} onClick={() => step(1)} />
        </div>
      </header>
      <p className={styles["where"]} role="status">
        {field ? `${(current ?? 0) + 1} of ${fields.length}: ${wordsOf(field, result)}` : `${fields.length} in all`}
      </p>
      <ol className={styles["fields"]}>
        {fields.map((each, index) => (
          <li key={index}>
            <button type="button" aria-current={index === current} onClick={() => go(index)}>
              {wordsOf(each, result)}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

const wrapped = (index: number, { length }: readonly unknown[]): number => (index + length) % length;

/** "Blurred, 0.12": the value in the unit of its layer. */
function wordsOf({ label, layer, value }: AnalysisField, { layers }: AnalysisResult): string {
  const grid = layers.find((each) => each.name === layer && each.type === "grid");
  return `${shownName(label)}, ${formatQuantity(value, grid?.type === "grid" ? grid.unit : "1")}`;
}
