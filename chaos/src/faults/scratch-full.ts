import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Fault } from "../fault.ts";
import { picture } from "../stage/pictures.ts";

/** Enough for a small picture's pyramid, and for no other. */
const scratchBytes = 512 * 1024;
const workers = 2;

/** Jobs that don't fit fail with what is to be done; those that fit, before and after, are not disturbed. */
export const scratchFull: Fault = {
  title: "scratch disk full (tmpfs of 512 KiB)",
  times: 12,
  stage: { apis: 1, workers: 0 },
  async inject(stage, times) {
    const scratch = join(stage.directory, "small-disk");
    await mkdir(scratch);
    for (let index = 0; index < workers; index += 1) {
      stage.addWorker({ launcher: onTmpfs(scratch), environment: { SCRATCH_DIRECTORY: scratch, RESERVE_BYTES: "0" } });
    }
    const [small, medium] = [await picture("small"), await picture("medium")];
    const jobs = Math.ceil(times / 3);
    for (let index = 0; index < jobs; index += 1) {
      await stage.submit(medium, { end: "SCRATCH_FULL" });
      await stage.submit(small);
    }
    await stage.watcher.until(() => stage.watcher.activeCount === 0, 180_000);
    stage.injected = await stage.database.prisma.tilingJobEvent.count({
      where: { detail: { path: ["failureCode"], equals: "SCRATCH_FULL" } },
    });
    if (stage.workers.some(({ isUp }) => !isUp)) stage.violations.push("A full disk ended a worker.");
  },
};

/**
 * Runs a program in a mount namespace of its own, in which `directory` is a small file system of its own. Both are gone
 * when the program is. Root may do it, and others where they may have user namespaces; elsewhere the worker does not
 * start, and the fault fails.
 */
function onTmpfs(directory: string): string[] {
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const mount = `mount -t tmpfs -o size=${scratchBytes} tmpfs "$0" && exec "$@"`;
  return ["unshare", ...asRoot, "--mount", "sh", "-c", mount, directory];
}
