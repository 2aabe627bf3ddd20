const passedOn = /^(PATH|MALLOC_ARENA_MAX|VIPS_.*)$/;

/**
 * The child decodes files from strangers: it gets nothing of the parent's environment but what tunes libvips and the
 * allocator. `TMPDIR` is where libvips spools a pyramid's lower levels.
 */
export function childEnvironment(scratchPath: string | null): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => passedOn.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: "C", ...(scratchPath === null ? {} : { TMPDIR: scratchPath }) };
}
