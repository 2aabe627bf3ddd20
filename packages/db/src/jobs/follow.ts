import type { Duplicate } from "@tilewright/core/tiling";
import type { Image } from "../../generated/prisma/client.ts";
import type { Transaction } from "../transaction.ts";
import type { JobDispatch } from "./dispatch.ts";

/** An image that comes to be in this very transaction. */
export interface NewImage extends Pick<Image, "id" | "name" | "metadata"> {
  /** Whose source and pyramid it shares, locked until the transaction ends; null where its bytes are its own. */
  readonly duplicate: Duplicate | null;
}

/** What a domain does when an image is stored, in the same transaction. */
export type Follow = (tx: Transaction, dispatch: JobDispatch, image: NewImage, maxAttempts: number) => Promise<void>;
