import { Skeleton, Text } from "@mantine/core";
import type { TilingEvent, TilingStatus } from "@tilewright/client";
import { useEffect } from "react";
import { trpc } from "../api/trpc.ts";
import { formatMomentWithSeconds } from "../app/amounts.ts";
import { eventTone, eventWords } from "./event-words.ts";
import styles from "./TilingTimeline.module.css";

interface TilingTimelineProps {
  readonly tiling: TilingStatus;
}

/** Everything that ever happened to the image's jobs, oldest first. Asked for again whenever the status changes. */
export function TilingTimeline({ tiling: { imageId, jobId, status, attempt } }: TilingTimelineProps) {
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
        <TimelineEvent key={event.eventId} event={event} />
      ))}
    </ol>
  );
}

function TimelineEvent({ event }: { readonly event: TilingEvent }) {
  return (
    <li className={styles["event"]} data-tone={eventTone(event)}>
      <Text size="sm" fw={550}>
        {eventWords(event)}
      </Text>
      {event.reason !== null && (
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
