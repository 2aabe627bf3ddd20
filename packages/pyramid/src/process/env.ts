import { delimiter, isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Halves the time that the process takes to start. Node goes without where it may not write. */
const compileCachePath = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));

const passedOn = /^(PATH|VIPS_.*|MALLOC_.*|GLIBC_TUNABLES)$/;

/**
 * The child decodes files from strangers: it gets nothing of the parent's environment but what tunes libvips and the
 * allocator.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => passedOn.test(name));
  return {
    // One heap for all threads, in large pages where the kernel has them: see ADR 42.
    MALLOC_ARENA_MAX: "1",
    // Left to itself, glibc raises this threshold and then keeps the decoder's freed buffers: measured on an image of
    // four blocks, 580 MB at the third and growing. Far lower, and a fifth of the time goes into fresh pages.
    MALLOC_MMAP_THRESHOLD_: String(4 * 2 ** 20),
    MALLOC_TRIM_THRESHOLD_: String(32 * 2 ** 20),
    // libvips keeps rows for each thread, and takes one for each processor unless told: on many, memory without bound.
    VIPS_CONCURRENCY: "2",
    GLIBC_TUNABLES: "glibc.malloc.hugetlb=1",
    ...Object.fromEntries(kept),
    LC_ALL: "C",
    NODE_COMPILE_CACHE: compileCachePath,
  };
}

/** Sets where libvips and the system's `vips` put files of their own, should they need any. For the child alone. */
export function spoolTo(scratchPath: string): void {
  process.env["TMPDIR"] = resolve(scratchPath);
}

/** For the system's `vips`: sharp's own libvips leaves its home in the environment, where that finds no modules. */
export function systemVipsEnvironment(): NodeJS.ProcessEnv {
  const { VIPSHOME: _, ...rest } = process.env;
  return rest;
}

/** Where programs are that the system came with, for a process that was given no PATH. */
const systemFolders = "/usr/local/bin:/usr/bin:/bin";

/** Folders that commands are looked for in. */
export const commandFolders = (): string[] =>
  (process.env["PATH"] ?? systemFolders).split(delimiter).filter(isAbsolute);
