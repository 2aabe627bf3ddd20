import { Skeleton, Text } from "@mantine/core";
import type { JobEvent, JobStatus } from "@tilewright/client";
import { useEffect } from "react";
import { formatMomentWithSeconds } from "../ui/amounts.ts";
import { type EventWords, eventTone, eventWords } from "./event-words.ts";
import styles from "./JobTimeline.module.css";

/** A domain's query of a history, as far as it is shown. */
interface HistoryQuery {
  readonly data: { readonly events: readonly JobEvent[] } | undefined;
  readonly failureReason: unknown;
  readonly refetch: () => Promise<unknown>;
}

interface JobTimelineProps {
  readonly job: JobStatus;
  readonly history: HistoryQuery;
  readonly words?: EventWords;
}

/** Everything that ever happened to an image's jobs, oldest first. Asked for again whenever the status changes. */
export function JobTimeline({ job, history, words }: JobTimelineProps) {
  const { jobId, status, attempt, failure } = job;
  const { refetch } = history;
  const moment = `${jobId} ${status} ${attempt}`;
  useEffect(() => {
    if (moment) void refetch();
  }, [moment, refetch]);
  if (!history.data) {
    return history.failureReason ? <Text size="sm">The history cannot be loaded now.</Text> : <Skeleton height={80} />;
  }
  return (
    <ol className={styles["timeline"]} aria-label="History">
      {history.data.events.map((event) => (
        <TimelineEvent
          key={event.eventId}
          event={event}
          words={eventWords(event, words)}
          // How the job ended in failure is told where it stands, with what to do about it.
          isTold={failure !== null && event.jobId === jobId && event.cause === "FAILED"}
        />
      ))}
    </ol>
  );
}

interface TimelineEventProps {
  readonly event: JobEvent;
  readonly words: string;
  /** Its reason stands elsewhere on the page. */
  readonly isTold: boolean;
}

function TimelineEvent({ event, words, isTold }: TimelineEventProps) {
  return (
    <li className={styles["event"]} data-tone={eventTone(event)}>
      <Text size="sm" fw={550}>
        {words}
      </Text>
      {event.reason !== null && !isTold && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {event.reason}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="time" dateTime={event.at} title={event.at}>
        {formatMomentWithSeconds(event.at)}
      </Text>
    </li>
  );
}
