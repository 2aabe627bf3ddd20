import { type TileFormatName, tileFormatNames } from "./names.ts";

export interface PyramidSettings {
  readonly tileSizePx: 256 | 512;
  readonly tileFormat: TileFormatName;
  /** Of the tiles, 1 to 100. From 90 on, JPEG stores chroma at full resolution; WebP never does. */
  readonly quality: number;
}

export interface PyramidLimits {
  /** Width times height. */
  readonly maxPixels: number;
  /**
   * Private memory of the child process. An image that is known to need more is refused before work begins; a child
   * that grows beyond it anyway is killed (on Linux; elsewhere there is no `/proc` to watch it by).
   */
  readonly memoryBytes: number;
  readonly timeoutMs: number | null;
  /** What is left free on the disk that is written to: others need it too. */
  readonly reserveBytes: number;
}

export const defaultSettings: PyramidSettings = { tileSizePx: 256, tileFormat: "jpeg", quality: 80 };
const defaultLimits: PyramidLimits = {
  maxPixels: 40e9,
  memoryBytes: 512 * 2 ** 20,
  timeoutMs: null,
  reserveBytes: 256 * 2 ** 20,
};

/** @throws RangeError a tile size other than 256 and 512, an unknown format, or a quality outside 1 to 100. */
export function completeSettings(settings: Partial<PyramidSettings> = {}): PyramidSettings {
  const complete = { ...defaultSettings, ...settings };
  if (complete.tileSizePx !== 256 && complete.tileSizePx !== 512) throw new RangeError("tileSizePx must be 256 or 512");
  if (!tileFormatNames.includes(complete.tileFormat)) throw new RangeError("tileFormat must be jpeg or webp");
  if (!Number.isInteger(complete.quality) || complete.quality < 1 || complete.quality > 100) {
    throw new RangeError("quality must be an integer from 1 to 100");
  }
  return complete;
}

/** @throws RangeError a limit that is not a positive number; the reserve alone may be 0. */
export function completeLimits(limits: Partial<PyramidLimits> = {}): PyramidLimits {
  const complete = { ...defaultLimits, ...limits };
  for (const [name, value] of Object.entries(complete)) {
    if (name === "reserveBytes" && value === 0) continue;
    if (value !== null && !(value > 0)) throw new RangeError(`${name} must be greater than 0`);
  }
  return complete;
}
