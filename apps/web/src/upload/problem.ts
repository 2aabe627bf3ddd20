import { refusalOf } from "@tilewright/client";
import { troubleOf } from "../api/trouble.ts";
import type { RetryKind } from "./entry.ts";

export interface UploadProblem {
  readonly sentence: string;
  readonly retry: RetryKind;
}

export const unreadableFile: UploadProblem = {
  sentence: "The file can no longer be read: it was changed, moved or removed. Choose it again.",
  retry: "NEVER",
};

export const halfASlide: UploadProblem = {
  sentence: "A .mrxs file is one part of a slide. Drop it together with the folder of the same name.",
  retry: "NEVER",
};

const mostNameLength = 255;

/** What a server says of a request that it does not understand is for programmers. */
function misunderstood(fileName: string): string {
  if (fileName.length > mostNameLength)
    return `The file's name is longer than ${mostNameLength} characters. Rename it.`;
  return "The server does not accept the name of this file. Rename it, or reload the page: it may be older than the server.";
}

/** What became of an upload whose last call threw `error` while the server was within reach. */
export function problemOf(error: unknown, fileName: string): UploadProblem {
  const refusal = refusalOf(error);
  if (refusal === null) return { sentence: sentenceOf(error), retry: "RESUME" };
  switch (refusal.code) {
    case "EMPTY_FILE":
    case "FILE_TOO_LARGE":
    case "SLIDE_INCOMPLETE":
      return { sentence: refusal.message, retry: "NEVER" };
    case "INVALID_INPUT":
      return { sentence: misunderstood(fileName), retry: "NEVER" };
    case "UPLOAD_CLOSED":
    case "UPLOAD_NOT_FOUND":
    case "SIZE_MISMATCH":
      return { sentence: refusal.message, retry: "RESTART" };
    default:
      return { sentence: refusal.message, retry: "RESUME" };
  }
}

function sentenceOf(error: unknown): string {
  const trouble = troubleOf(error);
  // Within reach after all: then the error's own words say more than "cannot be reached".
  return trouble.kind === "AWAY" && error instanceof Error ? error.message : trouble.sentence;
}
