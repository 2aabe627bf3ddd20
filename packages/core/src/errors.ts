/**
 * Every way in which a request can be refused, with the sentence that a person reads when nothing more
 * specific is said. The union is closed: transports map it exhaustively, clients can switch over it.
 */
export const errorSentences = {
  INVALID_INPUT: "The request does not have the expected form.",
  HOST_NOT_ALLOWED:
    "This server does not answer to the name that it was asked by. Its operator can add the name to ALLOWED_HOSTS.",
  NO_SUCH_ADDRESS: "There is nothing at this address.",
  METHOD_NOT_ALLOWED: "This address does not take requests of that method.",
  MEDIA_TYPE_NOT_TAKEN: "The body is of a kind that this address does not take. Send application/json.",
  REQUEST_TOO_LARGE: "The request is longer than this server accepts. Ask for less at a time.",
  REQUEST_TOO_SLOW: "The request did not arrive in time. Send it again.",
  UNAUTHENTICATED: "This call needs a valid worker token.",
  IMAGE_NOT_FOUND: "There is no such image.",
  JOB_NOT_FOUND: "There is no such job.",
  UPLOAD_NOT_FOUND: "There is no such upload.",
  OBJECT_NOT_FOUND: "There is no such stored object.",
  EMPTY_FILE: "The file is empty. Choose a file that has content.",
  FILE_TOO_LARGE: "The file is larger than this server accepts.",
  SLIDE_INCOMPLETE:
    "A .mrxs file is one part of a slide. Put it and the folder of the same name into one ZIP, and upload that.",
  PART_NUMBER_OUT_OF_RANGE: "The upload has no part with that number.",
  PART_TOO_LARGE: "The part is larger than its place in the file. Send exactly the bytes that belong there.",
  PART_TOO_SMALL: "The part is shorter than its place in the file. Send it again in full.",
  PARTS_MISSING: "Not every part has arrived. Send the missing parts, then complete the upload again.",
  PART_URL_INVALID: "The part's address was not signed by this server. Ask for a new one.",
  PART_URL_EXPIRED: "The part's address has expired. Ask for a new one.",
  SIZE_MISMATCH: "The number of bytes received is not the number announced. Upload the file again.",
  UPLOAD_CLOSED: "The upload was completed or cancelled already. Start a new one.",
  STALE_ATTEMPT: "Another attempt owns this job now. Stop working on it.",
  JOB_FINISHED: "The job has reached its end already; nothing of it changes any more.",
  JOB_NOT_FAILED: "Only a failed job can be retried.",
  MANIFEST_MISSING: "The manifest is not in the object store. Publish the pyramid before completing the job.",
  PREVIEW_MISSING: "The preview is not in the object store. Publish it before showing it.",
  KIND_NOT_FOUND: "There is no analysis of that kind. Ask for the kinds that there are.",
  KIND_WITHDRAWN: "This kind of analysis has been withdrawn: its results stay, but no new ones are made.",
  KIND_CHANGED: "This version of the kind is registered with another description. Give the new one a new version.",
  KIND_NOT_REGISTERED: "This worker has not registered the kind that it claims. Register it, then claim again.",
  TOO_MANY_KINDS: "As many kinds are registered as this server allows. Withdraw some that are not used any more.",
  PARAMETERS_INVALID: "The parameters do not fit what the kind of analysis takes.",
  NO_PYRAMID: "The image has no pyramid to analyse. Wait until it is tiled, or retry its tiling.",
  TOO_MANY_ANALYSES: "As many analyses of this image wait as this server allows. Wait for some, or cancel them.",
  RESULT_INVALID: "The result does not have the form that its kind promises.",
  LAYER_MISSING: "A layer's file has not arrived. Send it to its address, then complete the job again.",
  LAYER_TOO_LARGE: "A layer's file is larger than this server accepts. Use larger cells or fewer vertices.",
  JOB_NOT_FINISHED: "The job has not reached its end. Cancel it first.",
  SOURCE_DAMAGED: "The uploaded file is damaged here. The tiling will say whether it can be used.",
  TOO_MANY_UPLOADS:
    "As many uploads are open as this server allows. Complete or cancel some, or wait until they are done.",
  STORAGE_FULL:
    "The server's disk is full. What has arrived is kept; delete slides or free room on the disk, then go on.",
  SERVER_BUSY: "The server has as much to do as it can take. Try again in a moment.",
  NOT_READY: "The service is up, but something that it needs is not. The details say what.",
  DATABASE_UNAVAILABLE: "The database does not answer. Nothing is lost; try again in a moment.",
  STORAGE_UNAVAILABLE: "The object store does not answer. Try again in a moment.",
  STORE_OF_OTHER_DATABASE:
    "The object store belongs to another database, so nothing in it is swept or audited. Use the store and the " +
    "database of one installation, or empty the object named installation to hand the store over.",
  STORE_NOT_MARKED:
    "The object store is not the one that this database has marked, so nothing in it is swept or audited. See whether " +
    "it is mounted; if this is to be the store from now on, put an empty object named installation there.",
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof errorSentences;

export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | readonly number[] | readonly string[] | null>
>;

/** The one error that verbs and adapters throw on purpose. Anything else is a fault of the program. */
export class TilewrightError extends Error {
  readonly code: ErrorCode;
  /** Facts a program can act on, such as the numbers of the missing parts. */
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string = errorSentences[code], details: ErrorDetails = {}) {
    super(message);
    this.name = "TilewrightError";
    this.code = code;
    this.details = details;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorSentences, value);
}
