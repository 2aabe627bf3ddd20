import { Button, Group, Text } from "@mantine/core";
import type { AnalysisStatus } from "@tilewright/client";
import { shownName } from "@tilewright/core";
import { FailureNote } from "../jobs/FailureNote.tsx";
import { JobState } from "../jobs/JobState.tsx";
import { formatMoment } from "../ui/amounts.ts";
import { AnalysisActions } from "./AnalysisActions.tsx";
import styles from "./AnalysisPanel.module.css";
import { NumbersTable } from "./NumbersTable.tsx";
import { analysisWords } from "./status-words.ts";
import type { useShownAnalyses } from "./useShownAnalyses.ts";
import { VerdictBadge } from "./VerdictBadge.tsx";

interface AnalysisItemProps {
  readonly analysis: AnalysisStatus;
  readonly view: ReturnType<typeof useShownAnalyses>;
}

/** One analysis of the slide: what came of it, or where it stands. */
export function AnalysisItem({ analysis, view }: AnalysisItemProps) {
  const { jobId, kind, status, summary, failure } = analysis;
  const isShown = view.shown === jobId;
  const isCompared = view.compared === jobId;
  const forget = () => {
    if (isShown) view.show(null);
    if (isCompared) view.compare(null);
  };
  return (
    <li className={styles["item"]} data-analysis={jobId}>
      <Text size="sm" fw={550}>
        {shownName(kind.title)} {kind.version}
      </Text>
      {summary && <VerdictBadge verdict={summary.verdict} />}
      {status !== "COMPLETED" && !failure && <JobState job={analysis} words={analysisWords} isAway={false} />}
      {failure && <FailureNote failure={failure} />}
      <Text size="xs" c="dimmed" component="time" dateTime={analysis.createdAt} title={analysis.createdAt}>
        {formatMoment(analysis.createdAt)}
      </Text>
      {isShown && summary && <NumbersTable numbers={summary.numbers} />}
      <Group gap="xs">
        {status === "COMPLETED" && !isCompared && (
          <Button
            size="xs"
            variant={isShown ? "filled" : "default"}
            aria-pressed={isShown}
            onClick={() => view.show(isShown ? null : jobId)}
          >
            Show
          </Button>
        )}
        {status === "COMPLETED" && view.shown !== null && !isShown && (
          <Button
            size="xs"
            variant={isCompared ? "filled" : "default"}
            aria-pressed={isCompared}
            onClick={() => view.compare(isCompared ? null : jobId)}
          >
            Compare
          </Button>
        )}
        <AnalysisActions analysis={analysis} onRemoved={forget} />
      </Group>
    </li>
  );
}
