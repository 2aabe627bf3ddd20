import { hostname, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type MisspeltSetting, misspeltSettings } from "@tilewright/core";
import { TileFormat } from "@tilewright/core/tiling";
import { z } from "zod";

const positive = z.coerce.number().int().min(1);

const Settings = z.object({
  /** Where the server answers. */
  SERVER_URL: z.url(),
  WORKER_TOKEN: z.string().min(16),
  /** The store that the server uses too. */
  STORAGE_URL: z.url(),
  /** Names this worker in the job's history; unique among those that run at a time. */
  WORKER_ID: z.string().min(1).max(200).default(`${hostname()}-${process.pid}`),
  /** For files in the making; by default beside the objects of a disk store, so that publishing is a rename. */
  SCRATCH_DIRECTORY: z.string().optional(),
  MAX_PIXELS: positive.default(40_000_000_000),
  /** What the decoding process may use, in bytes. */
  MEMORY_BYTES: positive.default(512 * 2 ** 20),
  /**
   * What it may use for an image that is known to need more than MEMORY_BYTES; of these, one at a time is tiled on a
   * machine. No more than MEMORY_BYTES: such images are refused.
   */
  LARGE_MEMORY_BYTES: positive.default(() => Math.min(4 * 2 ** 30, Math.floor(totalmem() / 2))),
  /** Of the pyramids made from now on; those that are there stay as they are. */
  TILE_SIZE_PX: z
    .enum(["256", "512"])
    .transform(Number)
    .pipe(z.literal([256, 512]))
    .default(256),
  TILE_FORMAT: TileFormat.default("jpeg"),
  /** Of their tiles, 1 to 100. From 90 on, JPEG stores colours at full resolution too. */
  TILE_QUALITY: positive.max(100).default(80),
  /** Of the disk that files in the making are on, what is left alone. By default a twentieth of it, 64 MiB to 2 GiB. */
  RESERVE_BYTES: z.coerce.number().int().min(0).optional(),
  TIMEOUT_MS: positive.default(12 * 60 * 60 * 1_000),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
  /** Standard output by default. */
  LOG_FILE: z.string().optional(),
});

const Env = Settings.transform((env) => ({
  ...env,
  SCRATCH_DIRECTORY: join(
    env.SCRATCH_DIRECTORY ?? defaultScratch(env.STORAGE_URL),
    env.WORKER_ID.replaceAll(/[^\w-]/g, "_"),
  ),
}));

export type Env = z.infer<typeof Env>;

/** Names in the environment that look like those of settings, and mean nothing. */
export const misspeltIn = (source: NodeJS.ProcessEnv = process.env): MisspeltSetting[] =>
  misspeltSettings(Object.keys(source), Object.keys(Settings.shape));

/** Reads the settings from the environment. @throws Error whose message names each setting that is wrong. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const parsed = Env.safeParse(source);
  if (parsed.success) return parsed.data;
  throw new Error(`The environment has settings that can't be used:\n${z.prettifyError(parsed.error)}`);
}

function defaultScratch(storageUrl: string): string {
  const url = new URL(storageUrl);
  return url.protocol === "file:" ? join(fileURLToPath(url), "scratch") : join(tmpdir(), "tilewright-scratch");
}
