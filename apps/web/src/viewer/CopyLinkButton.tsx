import { VisuallyHidden } from "@mantine/core";
import type OpenSeadragon from "openseadragon";
import { useEffect, useState } from "react";
import type { LayersSearch } from "../analysis/layer-search.ts";
import { CheckIcon, LinkIcon, WarningIcon } from "../ui/icons.tsx";
import { copyText } from "./copy-text.ts";
import { placeLink } from "./place.ts";
import { ToolButton } from "./ToolButton.tsx";
import { readPlace } from "./view.ts";

const outcomes = {
  none: { icon: LinkIcon, words: "" },
  copied: { icon: CheckIcon, words: "Link copied" },
  refused: { icon: WarningIcon, words: "The link could not be copied. Copy it from the address bar." },
} as const;

const shownForMs = 3_000;

interface CopyLinkButtonProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly layers: LayersSearch;
}

/** Copies the address of exactly this view. */
export function CopyLinkButton({ viewer, layers }: CopyLinkButtonProps) {
  const [outcome, setOutcome] = useState<keyof typeof outcomes>("none");
  useEffect(() => {
    if (outcome === "none") return;
    const timer = setTimeout(() => setOutcome("none"), shownForMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    const isCopied = await copyText(placeLink(location.href, readPlace(viewer), { ...layers }));
    setOutcome(isCopied ? "copied" : "refused");
  };
  return (
    <>
      <ToolButton label={outcomes[outcome].words || "Copy link"} icon={outcomes[outcome].icon} onClick={copy} />
      <VisuallyHidden role="status">{outcomes[outcome].words}</VisuallyHidden>
    </>
  );
}
