import type { ImageSummary, TilingStatus } from "@tilewright/client";
import type { PyramidManifest } from "@tilewright/core/tiling";
import type { PanelProps } from "../jobs/panel-props.ts";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMoment,
  formatPixelCount,
  formatPixels,
  formatSample,
  formatSignificant,
} from "../ui/amounts.ts";
import { Fact, FactList } from "../ui/FactList.tsx";
import { shownPyramid } from "./shown-pyramid.ts";
import { briefStatusWords } from "./status-words.ts";
import { useManifest } from "./useManifest.ts";

const tileFormatNames = { jpeg: "JPEG", webp: "WebP" } as const;

/** What is known of a slide and its pyramid. */
export function TilingFacts({ slide, tiling }: PanelProps) {
  const manifest = useManifest(shownPyramid(tiling));
  return (
    <FactList>
      {[...factsOf(slide, tiling), ...sourceFacts(manifest?.source)].map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
      {Object.entries(slide.metadata).map(([name, value]) => (
        <Fact key={`metadata ${name}`} name={name} value={String(value ?? "–")} />
      ))}
    </FactList>
  );
}

type NamedFact = readonly [name: string, value: string];

/** What the file says of the object, where it is a microscope's. */
function sourceFacts(source: PyramidManifest["source"] | undefined): NamedFact[] {
  if (!source) return [];
  const { micrometresPerPixel, objectivePower, separateChannels, window } = source;
  const [shown] = separateChannels;
  return [
    ...(micrometresPerPixel ? ([["Resolution", `${formatSignificant(micrometresPerPixel)} µm/px`]] as const) : []),
    ...(objectivePower ? ([["Objective", `${formatSignificant(objectivePower)}×`]] as const) : []),
    ...(window && window.foundBy !== "type" ? ([["Brightness", windowWords(window)]] as const) : []),
    ...(shown ? ([["Shown channel", `${shown}, the first of ${separateChannels.length}`]] as const) : []),
  ];
}

/** "shown from 120 to 3,950 of 0 to 65,535" */
function windowWords({ black, white, least, most }: NonNullable<PyramidManifest["source"]["window"]>): string {
  const shown = `shown from ${formatSample(black)} to ${formatSample(white)}`;
  const isAll = black === least && white === most;
  return isAll ? `${shown}, the least and the most` : `${shown} of ${formatSample(least)} to ${formatSample(most)}`;
}

function factsOf(slide: ImageSummary, tiling: TilingStatus): NamedFact[] {
  const { pyramid, startedAt, finishedAt } = tiling;
  const tookMs = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null;
  return [
    ["Status", briefStatusWords(tiling)],
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
