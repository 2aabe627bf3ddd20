import type { TilingStatus } from "@tilewright/client";
import { trpc } from "../api/trpc.ts";
import type { EventWords } from "../jobs/event-words.ts";
import { JobTimeline } from "../jobs/JobTimeline.tsx";

const words: EventWords = {
  SUBMITTED: "Put in line for tiling",
  COMPLETED: "Pyramid completed",
  REUSED: "Already here: ready without tiling",
};

export function TilingTimeline({ tiling }: { readonly tiling: TilingStatus }) {
  const history = trpc.tiling.history.useQuery({ imageId: tiling.imageId });
  return <JobTimeline job={tiling} history={history} words={words} />;
}
