import type { TilingFailureCode } from "@tilewright/core/tiling";
import type { Picture } from "./pictures.ts";

/** What a client was told, and so what must be true: held here, in the memory of nobody who is being killed. */
export interface Acknowledged {
  readonly imageId: string;
  readonly jobId: string;
  readonly picture: Picture;
  /** The end that it has to reach. */
  readonly end: "COMPLETED" | TilingFailureCode;
  readonly atMs: number;
}

export class Ledger {
  readonly entries: Acknowledged[] = [];

  add(entry: Acknowledged): void {
    this.entries.push(entry);
  }
}
