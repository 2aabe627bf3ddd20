import { z } from "zod";
import { count, Waiting } from "./schemas.ts";

/** What a watcher asks for, and which version of it is known already: by image, of which job. */
const AskedById = z.strictObject({ jobId: z.uuid(), knownVersion: count.optional() });
const AskedJob = z.union([
  AskedById,
  z.strictObject({ imageId: z.uuid() }),
  z.strictObject({ imageId: z.uuid(), knownJobId: z.uuid(), knownVersion: count }),
]);
export type AskedJob = z.infer<typeof AskedJob>;

const mostAsked = 100;
export const GetStatusesInput = z.strictObject({ jobs: z.array(AskedJob).min(1).max(mostAsked) });
/** Where an image has many jobs that have nothing to do with each other. */
export const GetStatusesByIdInput = z.strictObject({ jobs: z.array(AskedById).min(1).max(mostAsked) });
export type GetStatusesInput = z.infer<typeof GetStatusesInput>;

/** The version that was known is still the one: of a PENDING job, `waiting` may have changed all the same. */
const Unchanged = z.object({
  answer: z.literal("UNCHANGED"),
  jobId: z.uuid(),
  version: count,
  waiting: Waiting.nullable(),
  /** As in the status. */
  pollAfterMs: count.nullable(),
});
const NotFound = z.object({
  answer: z.literal("NOT_FOUND"),
  code: z.enum(["JOB_NOT_FOUND", "IMAGE_NOT_FOUND"]),
  message: z.string(),
});
/** There is no more room in this answer: ask for this one again. */
const NoRoom = z.object({ answer: z.literal("NO_ROOM") });

export type StatusAnswer<Status> =
  | { answer: "STATUS"; status: Status }
  | z.infer<typeof Unchanged>
  | z.infer<typeof NotFound>
  | z.infer<typeof NoRoom>;

/** One answer for each job that was asked for, in that order. @param status a domain's own. */
export const statusesOf = <Status extends z.ZodType>(status: Status) =>
  z.object({
    jobs: z.array(
      z.discriminatedUnion("answer", [z.object({ answer: z.literal("STATUS"), status }), Unchanged, NotFound, NoRoom]),
    ),
  });
