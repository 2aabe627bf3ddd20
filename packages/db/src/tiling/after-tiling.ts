import type { Transaction } from "../transaction.ts";

/** What follows when an image shows another pyramid than before, in the transaction that makes it so. */
export type AfterTiling = (tx: Transaction, imageId: string) => Promise<void>;
