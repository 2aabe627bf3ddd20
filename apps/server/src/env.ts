import { isIPv4 } from "node:net";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type MisspeltSetting, misspeltSettings } from "@tilewright/core";
import { KindName } from "@tilewright/core/analysis";
import { TileFormat } from "@tilewright/core/tiling";
import { z } from "zod";
import { HostNames, Origin, Origins, Proxies } from "./edge-settings.ts";

const port = z.coerce.number().int().min(0).max(65_535);
const positive = z.coerce.number().int().min(1);

const Settings = z.object({
  /** Address to listen on. One that other machines can reach needs ALLOW_ANONYMOUS. */
  HOST: z.string().default("127.0.0.1"),
  /** Whether everybody who can reach the service may see, upload and delete everything: it has no accounts. */
  ALLOW_ANONYMOUS: z.stringbool().default(false),
  /**
   * Names, separated by commas, that the service is asked by beside loopback's, HOST and that of PUBLIC_URL: of this
   * machine in its network, or of a proxy in front of it.
   */
  ALLOWED_HOSTS: HostNames,
  /**
   * `https://slides.example.org`: where people find the service behind a proxy. Addresses in IIIF and TileJSON begin
   * with it, whoever asks; without it, with what was asked for.
   */
  PUBLIC_URL: Origin.optional(),
  /** Addresses or networks of proxies, separated by commas, whose X-Forwarded-Proto and -Host are believed. */
  TRUST_PROXY: Proxies,
  /** Origins, separated by commas, of pages elsewhere that may call, upload and read sources. */
  ALLOWED_ORIGINS: Origins,
  PORT: port.default(8420),
  /** Holds the embedded database, the stored objects, the secrets and the logs. */
  DATA_DIRECTORY: z.string().default("data"),
  /** An existing PostgreSQL; the embedded one stays off then. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /**
   * `file:///a/directory`, by default below DATA_DIRECTORY, or `s3://bucket/prefix?endpoint=https://…`, whose
   * credentials are found as by Amazon's own tools: AWS_ACCESS_KEY_ID, AWS_PROFILE, a container's or machine's role.
   */
  STORAGE_URL: z.url().optional(),
  /** Worker processes that this server runs beside itself; 0 leaves the work to others. */
  WORKERS: z.coerce.number().int().min(0).max(64).default(1),
  /** What workers identify themselves with; made up and kept below DATA_DIRECTORY by default. */
  WORKER_TOKEN: z.string().min(16).optional(),
  /** Signs the addresses of upload parts; made up and kept below DATA_DIRECTORY by default. */
  SIGNING_SECRET: z.string().min(16).optional(),
  /** An upload that has received nothing for so long is given up, and its parts are removed. */
  ABANDONED_AFTER_MS: positive.default(7 * 24 * 60 * 60 * 1_000),
  MAX_SOURCE_BYTES: positive.default(2 ** 40),
  /** How many uploads may be open at a time, and how many bytes their files may have together. */
  MAX_OPEN_UPLOADS: positive.default(1_000),
  MAX_OPEN_UPLOAD_BYTES: positive.default(8 * 2 ** 40),
  /**
   * Of each disk that is written to, what uploads, tiling and previews leave alone, so that the database, the logs and
   * whoever deletes something always have room. By default a twentieth of the disk, from 64 MiB to 2 GiB.
   */
  RESERVE_BYTES: z.coerce.number().int().min(0).optional(),
  MAX_ATTEMPTS: positive.max(100).default(3),
  LEASE_MS: positive.min(2_000).default(10_000),
  /** How often a worker reports; a cancelled one hears of it then, and has a second to be gone. */
  HEARTBEAT_MS: positive.min(100).default(500),
  /** How often the whole store is searched for what nobody owns. */
  SWEEP_EVERY_MS: positive.min(100).default(60 * 60 * 1_000),
  /** Whether a file whose bytes are here already shares source and pyramid with them instead of being tiled again. */
  SHARE_SAME_BYTES: z.stringbool().default(true),
  /** How often stored pyramids are read through, those first that have waited longest; and how much at a time. */
  AUDIT_EVERY_MS: positive.min(100).default(24 * 60 * 60 * 1_000),
  AUDIT_BYTES: positive.default(200 * 2 ** 30),
  /**
   * Kinds of analysis, separated by commas, that begin after each tiling with their defaults, such as `quality`. None
   * by default; a kind that no worker has registered is left out.
   */
  ANALYSE_EACH: z
    .string()
    .default("")
    .transform((text) => text.split(/[\s,]+/).filter((name) => name !== ""))
    .pipe(z.array(KindName)),
  /** Passed on to the workers beside this server; see the worker for what they mean. */
  MAX_PIXELS: positive.optional(),
  MEMORY_BYTES: positive.optional(),
  LARGE_MEMORY_BYTES: positive.optional(),
  TILE_SIZE_PX: z.enum(["256", "512"]).optional(),
  TILE_FORMAT: TileFormat.optional(),
  TILE_QUALITY: positive.max(100).optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
});

const Env = Settings.refine(({ HOST, ALLOW_ANONYMOUS }) => isLoopback(HOST) || ALLOW_ANONYMOUS, {
  path: ["HOST"],
  error:
    "Other machines could reach the service there, and it has no accounts: whoever reaches it may see, upload and " +
    "delete everything. Keep HOST on 127.0.0.1 and put a proxy in front that knows your users, or set " +
    "ALLOW_ANONYMOUS=true if everybody may.",
}).transform((env) => {
  const dataDirectory = resolve(env.DATA_DIRECTORY);
  return {
    ...env,
    DATA_DIRECTORY: dataDirectory,
    STORAGE_URL: env.STORAGE_URL ?? pathToFileURL(join(dataDirectory, "storage")).href,
  };
});

export type Env = z.infer<typeof Env> & {
  /**
   * Workers beside this server get it too: what finds programs and the store's credentials, and Node's compiled code.
   */
  readonly passedOn: Readonly<Record<string, string>>;
};

const isPassedOn = /^(AWS_\w+|PATH|HOME|NODE_EXTRA_CA_CERTS|NODE_COMPILE_CACHE)$/;
const passedOn = (known: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(known).filter(
      (entry): entry is [string, string] => isPassedOn.test(entry[0]) && entry[1] !== undefined,
    ),
  );

/** Whether nobody but this machine can reach what listens there. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));

/** Names in the environment that look like those of settings, and mean nothing. */
export const misspeltIn = (source: NodeJS.ProcessEnv = process.env): MisspeltSetting[] =>
  misspeltSettings(Object.keys(source), Object.keys(Settings.shape));

/** Reads the settings from the environment. @throws Error whose message names each setting that is wrong. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const known = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = Env.safeParse(known);
  if (parsed.success) return { ...parsed.data, passedOn: passedOn(known) };
  throw new Error(`The environment has settings that can't be used:\n${z.prettifyError(parsed.error)}`);
}
