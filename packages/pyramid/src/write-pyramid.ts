import type { ImageFacts, Written } from "./facts.ts";
import { intoFile } from "./into-file.ts";
import { completeLimits, completeSettings, type PyramidLimits, type PyramidSettings } from "./limits.ts";
import type { News } from "./process/messages.ts";
import type { ReadyDecoders } from "./process/ready-decoders.ts";
import { runChild } from "./process/run-child.ts";

export interface WriteOptions {
  readonly settings?: Partial<PyramidSettings> | undefined;
  readonly limits?: Partial<PyramidLimits> | undefined;
  /** Aborting it kills the process that does the work. */
  readonly signal?: AbortSignal | undefined;
  /** Where to take the process from; without it, one is started. */
  readonly decoders?: ReadyDecoders | undefined;
  /** The header has been read and accepted; work on the pixels begins. */
  readonly onImage?: ((image: ImageFacts, tilesTotal: number) => void) | undefined;
  /**
   * How much of a source that sharp can't read has been copied into a form that it can, 0 to 1. Never goes back; for
   * any other source it is not called.
   */
  readonly onCopied?: ((fraction: number) => void) | undefined;
  /** At most four times a second, and once with `tilesDone` equal to `tilesTotal`. Never goes back. */
  readonly onProgress?: ((tilesDone: number, tilesTotal: number) => void) | undefined;
}

/**
 * Turns an image into a pyramid object, in a process of its own: one tiled, pyramidal BigTIFF, complete and on the
 * disk when the promise resolves. When it rejects, `targetPath` is gone.
 *
 * Temporary files live in a directory beside the target, `targetPath` + `.scratch`. If this process is killed, the
 * child ends too, and that directory and an incomplete target are left behind.
 *
 * @param targetPath is overwritten.
 * @throws PyramidError any code but INVALID_PYRAMID. @throws RangeError a setting or limit is out of range, or the
 * target is the source.
 * @throws the signal's reason, if it was aborted; whatever `onImage`, `onCopied` or `onProgress` throws.
 */
export async function writePyramid(
  sourcePath: string,
  targetPath: string,
  options: WriteOptions = {},
): Promise<Written> {
  const settings = completeSettings(options.settings);
  const limits = completeLimits(options.limits);
  return intoFile(sourcePath, targetPath, options.signal, (scratchPath) => {
    const task = { kind: "write", sourcePath, targetPath, scratchPath, settings, limits } as const;
    return runChild(task, { signal: options.signal, decoders: options.decoders, onNews: reporter(options) });
  });
}

function reporter({ onImage, onCopied, onProgress }: WriteOptions): (news: News) => void {
  let tilesTotal = 0;
  return (news) => {
    if (news.kind === "image") {
      ({ tilesTotal } = news);
      onImage?.(news.image, tilesTotal);
    } else if (news.kind === "copied") {
      onCopied?.(news.fraction);
    } else {
      onProgress?.(news.tilesDone, tilesTotal);
    }
  };
}
