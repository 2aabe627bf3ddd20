import { Button, Skeleton, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { trpc } from "../api/trpc.ts";
import type { PanelProps } from "../jobs/panel-props.ts";
import { shownPyramid } from "../tiling/shown-pyramid.ts";
import { LoadTrouble } from "../ui/LoadTrouble.tsx";
import { PanelSection } from "../ui/PanelSection.tsx";
import { AnalysisItem } from "./AnalysisItem.tsx";
import styles from "./AnalysisPanel.module.css";
import { Comparison } from "./Comparison.tsx";
import { StartAnalysis } from "./StartAnalysis.tsx";
import { useAnalyses } from "./useAnalyses.ts";
import { useShownAnalyses } from "./useShownAnalyses.ts";

/** The analyses of a slide: what they found, and another one to start. */
export function AnalysisPanel({ slide: { imageId }, tiling }: PanelProps) {
  const list = useAnalyses(imageId);
  const view = useShownAnalyses();
  const { refetch } = list;
  const pyramid = shownPyramid(tiling);
  useEffect(() => {
    // A pyramid that is there may have started an analysis by itself.
    if (pyramid !== null) void refetch();
  }, [pyramid, refetch]);
  const analyses = list.data?.pages.flatMap(({ jobs }) => jobs) ?? [];
  const [one, other] = [view.shown, view.compared].map((jobId) => analyses.find((each) => each.jobId === jobId));
  return (
    <PanelSection title="Analyses">
      {list.isPending && !list.failureReason && <Skeleton height={40} />}
      {list.failureReason && (
        <LoadTrouble reason={list.failureReason} isFinal={list.isError} onTryAgain={() => void list.refetch()} />
      )}
      {pyramid === null ? (
        <Text size="sm">Analyses can be made once the slide is tiled.</Text>
      ) : (
        <NewAnalysis imageId={imageId} />
      )}
      {one && other && <Comparison one={one} other={other} />}
      <ul className={styles["list"]} aria-label="Analyses of this slide">
        {analyses.map((analysis) => (
          <AnalysisItem key={analysis.jobId} analysis={analysis} view={view} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show older
        </Button>
      )}
    </PanelSection>
  );
}

function NewAnalysis({ imageId }: { readonly imageId: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const kinds = trpc.analysis.kinds.useQuery();
  const { list } = trpc.useUtils().analysis;
  const [first, ...rest] = kinds.data?.kinds ?? [];
  const turn = (open: boolean) => {
    flushSync(() => setIsOpen(open));
    // The button that was pressed is gone, and the focus with it.
    place.current?.querySelector<HTMLElement>("select, button")?.focus();
  };
  const started = () => {
    turn(false);
    void list.invalidate();
  };
  if (kinds.data && !first)
    return <Text size="sm">No kind of analysis is known here: no worker has named one yet.</Text>;
  if (!first) return null;
  return (
    <div ref={place}>
      {isOpen ? (
        <StartAnalysis imageId={imageId} kinds={[first, ...rest]} onStarted={started} onLeave={() => turn(false)} />
      ) : (
        <Button variant="default" size="sm" onClick={() => turn(true)}>
          New analysis
        </Button>
      )}
    </div>
  );
}
