import type { ImageSummary, TilingStatus } from "@tilewright/client";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMoment,
  formatPixelCount,
  formatPixels,
} from "../app/amounts.ts";
import { statusWords } from "../tiling/status-words.ts";
import styles from "./SlidePanel.module.css";

const tileFormatNames = { jpeg: "JPEG", webp: "WebP" } as const;

interface SlideFactsProps {
  readonly slide: ImageSummary;
  readonly tiling: TilingStatus;
}

export function SlideFacts({ slide, tiling }: SlideFactsProps) {
  return (
    <dl className={styles["facts"]}>
      {factsOf(slide, tiling).map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
      {Object.entries(slide.metadata).map(([name, value]) => (
        <Fact key={`metadata ${name}`} name={name} value={String(value ?? "–")} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={styles["fact"]}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function factsOf(slide: ImageSummary, tiling: TilingStatus): (readonly [name: string, value: string])[] {
  const { pyramid, startedAt, finishedAt } = tiling;
  const tookMs = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null;
  return [
    ["Status", statusWords(tiling)],
    ...(pyramid
      ? ([
          ["Dimensions", formatPixels(pyramid.widthPx, pyramid.heightPx)],
          ["Pixels", formatPixelCount(pyramid.widthPx, pyramid.heightPx)],
          ["Zoom levels", formatCount(pyramid.levelCount)],
          [
            "Tiles",
            `${formatCount(pyramid.tileCount)} of ${pyramid.tileSizePx} px, ${tileFormatNames[pyramid.tileFormat]}`,
          ],
          ["Pyramid size", formatBytes(pyramid.sizeBytes)],
        ] as const)
      : []),
    ["Source size", formatBytes(slide.sizeBytes)],
    ["Uploaded", formatMoment(slide.createdAt)],
    ...(tookMs !== null && pyramid ? ([["Tiled in", formatDuration(tookMs / 1_000)]] as const) : []),
  ];
}
