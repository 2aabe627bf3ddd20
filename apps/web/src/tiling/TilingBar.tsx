import type { TilingStatus } from "@tilewright/client";
import { shownName } from "@tilewright/core/text";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import { percentOf, statusWords, tileWords } from "./status-words.ts";

interface TilingBarProps {
  readonly tiling: TilingStatus;
  readonly size?: "small" | "large";
}

export function TilingBar({ tiling, size = "small" }: TilingBarProps) {
  const percent = percentOf(tiling);
  const tiles = tileWords(tiling);
  const share = tiling.status === "IN_PROGRESS" && percent !== null ? `, ${percent}%` : "";
  return (
    <ProgressBar
      label={`Tiling of ${shownName(tiling.datasetName)}`}
      percent={percent}
      valueText={`${statusWords(tiling)}${share}${tiles ? `, ${tiles}` : ""}`}
      size={size}
    />
  );
}
