/** Everything that can be wrong with the database itself, as opposed to a query. */
export type DatabaseErrorCode =
  | "DATABASE_UNREACHABLE"
  | "MIGRATION_FAILED"
  | "MIGRATION_EDITED"
  | "DATABASE_NEWER_THAN_CODE"
  | "DATABASE_NOT_DURABLE"
  | "DATA_DIRECTORY_IN_USE"
  | "DATA_DIRECTORY_OF_OTHER_VERSION"
  | "DATA_DIRECTORY_INACCESSIBLE"
  | "DISK_FULL"
  | "EMBEDDED_DATABASE_FAILED";

/** Its message is written for the person who runs the service: what is wrong, and what to do about it. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
