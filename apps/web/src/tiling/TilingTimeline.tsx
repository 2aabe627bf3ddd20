import { Skeleton, Text } from "@mantine/core";
import type { TilingEvent, TilingStatus } from "@tilewright/client";
import { useEffect } from "react";
import { trpc } from "../api/trpc.ts";
import styles from "../jobs/JobTimeline.module.css";
import { formatMomentWithSeconds } from "../ui/amounts.ts";
import { eventTone, eventWords } from "./event-words.ts";

interface TilingTimelineProps {
  readonly tiling: TilingStatus;
}

/** Everything that ever happened to the image's jobs, oldest first. Asked for again whenever the status changes. */
export function TilingTimeline({ tiling }: TilingTimelineProps) {
  const { imageId, jobId, status, attempt, failure } = tiling;
  const history = trpc.tiling.history.useQuery({ imageId });
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
          // How the tiling ended in failure is told where it stands, with what to do about it.
          isTold={failure !== null && event.jobId === jobId && event.cause === "FAILED"}
        />
      ))}
    </ol>
  );
}

interface TimelineEventProps {
  readonly event: TilingEvent;
  /** Its reason stands elsewhere on the page. */
  readonly isTold: boolean;
}

function TimelineEvent({ event, isTold }: TimelineEventProps) {
  return (
    <li className={styles["event"]} data-tone={eventTone(event)}>
      <Text size="sm" fw={550}>
        {eventWords(event)}
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
