import { execFile } from "node:child_process";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const piece = Buffer.alloc(2 ** 20);

/** A file system of its own in a directory: what fills it up fills up nothing else. */
export interface SmallDisk {
  readonly directory: string;
  freeBytes(): Promise<number>;
  /** As somebody else's file that takes all but so many bytes. Repeating it takes what has come free since. */
  fillUpTo(freeBytes: number): Promise<void>;
  removeFiller(): Promise<void>;
  unmount(): Promise<void>;
}

export const whyNoSmallDisk = "A small disk is a tmpfs, which only root may mount; this test needs one.";

/** Null where this process may not mount: say so with `whyNoSmallDisk`. */
export async function mountSmallDisk(sizeBytes: number): Promise<SmallDisk | null> {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-small-disk-"));
  const mounted = await run("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes},mode=755`, "tmpfs", directory]).then(
    () => true,
    () => false,
  );
  if (!mounted) {
    await rm(directory, { recursive: true });
    return null;
  }
  const filler = join(directory, "filler");
  const freeBytes = async () => {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  };
  const removeFiller = () => rm(filler, { force: true });
  return {
    directory,
    freeBytes,
    removeFiller,
    async fillUpTo(leftBytes) {
      const file = await open(filler, "a");
      try {
        for (let left = (await freeBytes()) - leftBytes; left > 0; left -= piece.length) {
          await file.write(piece, 0, Math.min(left, piece.length));
        }
      } catch (error) {
        // Others write at the same time: full is full.
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      } finally {
        await file.close();
      }
    },
    async unmount() {
      // Lazily: what still has a file open there is about to end.
      await run("umount", ["--lazy", directory]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
