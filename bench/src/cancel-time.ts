import { openAsBlob } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isAtWork } from "@tilewright/e2e/decoder-at-work";
import type { Product } from "@tilewright/e2e/product";
import { processTree } from "./measured-run.ts";

const lookEveryMs = 10;

/**
 * Cancels a tiling some time after its first tiles.
 *
 * @returns milliseconds from the click until no process works on it and none of its files is left.
 */
export async function cancelTime(product: Product, sourcePath: string, afterMs: number): Promise<number> {
  const { jobId } = await product.client.uploadImage(await openAsBlob(sourcePath), { fileName: "cancelled.jpg" });
  while ((await product.client.tiling.getStatus.query({ jobId })).tilesDone === 0) await pause(lookEveryMs);
  await pause(afterMs);
  const clickedMs = performance.now();
  await product.client.tiling.cancel.mutate({ jobId });
  while (await isUnderWay(product)) await pause(lookEveryMs);
  return performance.now() - clickedMs;
}

async function isUnderWay({ pid, dataDirectory }: Product): Promise<boolean> {
  if ((await processTree(pid)).some(isAtWork)) return true;
  const scratch = join(dataDirectory, "storage", "scratch");
  // A folder that goes while it is read was there until now.
  const entries = await readdir(scratch, { recursive: true, withFileTypes: true }).catch(() => null);
  return entries?.some((entry) => entry.isFile()) ?? true;
}
