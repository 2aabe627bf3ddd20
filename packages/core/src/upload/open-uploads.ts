import { TilewrightError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { sizeText } from "../storage/room.ts";
import type { OpenUploads } from "./ports.ts";

/** Whether one more upload of that size may be open beside those that are. */
export const allowsUpload = (most: OpenUploads, open: OpenUploads, sizeBytes: number): boolean =>
  open.count < most.count && open.sizeBytes + sizeBytes <= most.sizeBytes;

/** @throws TilewrightError TOO_MANY_UPLOADS */
export async function requireFewOpen(ports: Ports, sizeBytes: number): Promise<void> {
  const { mostOpenUploads } = ports.settings;
  if (!allowsUpload(mostOpenUploads, await ports.uploads.countOpen(), sizeBytes)) throw await tooManyUploads(ports);
}

/** The refusal, with the figures. */
export async function tooManyUploads({ uploads, settings: { mostOpenUploads } }: Ports): Promise<TilewrightError> {
  const open = await uploads.countOpen();
  return new TilewrightError(
    "TOO_MANY_UPLOADS",
    `${open.count} uploads of ${sizeText(open.sizeBytes)} are open; this server allows ${mostOpenUploads.count} of ` +
      `${sizeText(mostOpenUploads.sizeBytes)} at a time. Complete or cancel some, then try again.`,
    {
      openUploads: open.count,
      openBytes: open.sizeBytes,
      maxOpenUploads: mostOpenUploads.count,
      maxOpenBytes: mostOpenUploads.sizeBytes,
    },
  );
}
