import { mkdir, stat, statfs } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defaultReserveBytes, type ObjectStore, type Room, sizeText, spareBytes } from "@tilewright/core/storage";
import type { Env } from "../env.ts";
import type { Check, Finding } from "./check.ts";

const GiB = 2 ** 30;
const scarceBytes = 50 * GiB;
const advice = "Make room: delete slides, cancel unfinished uploads, or remove other files from the disk.";

/** Whether the disks that are written to have room: the store's, where it has one, and that of DATA_DIRECTORY. */
export const diskChecks = (env: Env, objects: ObjectStore): Check[] => [
  ...(isOnDisk(env) ? [{ name: "There is room for slides", run: () => roomForSlides(objects) }] : []),
  { name: "There is room for the database, the logs and the work", run: () => roomForWork(env) },
];

async function roomForSlides(objects: ObjectStore): Promise<Finding> {
  const room = await objects.room();
  if (!room) return { verdict: "fine", found: "The store does not tell." };
  let open = 0;
  for await (const _ of objects.listMultiparts("")) open += 1;
  const uploads = `${open} open upload${open === 1 ? "" : "s"}`;
  const found = `${whatIsFree(room)}; ${sizeText(room.promisedBytes)} are promised to ${uploads}.`;
  if (spareBytes(room) === 0) {
    return { verdict: "broken", found: `${found} Every upload is refused.`, remedy: advice };
  }
  if (spareBytes(room) >= scarceBytes) return { verdict: "fine", found };
  const remedy = `A slide of 20 GB needs about 50 GiB for its source, the work on it and its pyramid. ${advice}`;
  return { verdict: "doubtful", found, remedy };
}

async function roomForWork(env: Env): Promise<Finding> {
  const { DATA_DIRECTORY: directory, STORAGE_URL: storageUrl, RESERVE_BYTES } = env;
  await mkdir(directory, { recursive: true });
  const { blocks, bavail, bsize } = await statfs(directory);
  const reserveBytes = RESERVE_BYTES ?? defaultReserveBytes(blocks * bsize);
  const room = { sizeBytes: blocks * bsize, freeBytes: bavail * bsize, promisedBytes: 0, reserveBytes };
  const store = isOnDisk(env) ? await stat(fileURLToPath(storageUrl)).catch(() => null) : null;
  const isSame = store?.dev === (await stat(directory)).dev;
  const found = `${whatIsFree(room)}${isSame ? ", on the disk of the slides" : ""}.`;
  if (spareBytes(room) > 0) return { verdict: "fine", found };
  return { verdict: "broken", found: `${found} No work on slides is begun.`, remedy: advice };
}

const isOnDisk = ({ STORAGE_URL }: Env): boolean => STORAGE_URL.startsWith("file:");

const whatIsFree = ({ sizeBytes, freeBytes, reserveBytes }: Room): string =>
  `${sizeText(freeBytes)} of ${sizeText(sizeBytes)} are free, and ${sizeText(reserveBytes)} of these are kept for the service`;
