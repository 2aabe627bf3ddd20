import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { descendants } from "./process-tree.ts";
import type { Product } from "./product.ts";

const program = fileURLToPath(import.meta.resolve("@tilewright/worker"));

/** The workers beside the server, without what they have started themselves. */
export const workerProcesses = (product: Product) =>
  descendants(product.pid).filter(({ parent, command }) => parent === product.pid && command.includes(program));

/** The one of that name. */
export function workerNamed(product: Product, workerId: string) {
  const wanted = `WORKER_ID=${workerId}`;
  const isIt = (pid: number) => readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(wanted);
  const found = workerProcesses(product).find(({ pid }) => isIt(pid));
  if (!found) throw new Error(`No worker has the name ${workerId}.`);
  return found;
}
