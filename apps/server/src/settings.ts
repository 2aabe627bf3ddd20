import type { Settings } from "@tilewright/core";
import { defaultSettings } from "@tilewright/pyramid";
import type { Env } from "./env.ts";
import type { EdgeOptions } from "./http/app.ts";

/** What of the environment the verbs go by. */
export const settingsOf = (env: Env): Settings => ({
  maxSourceBytes: env.MAX_SOURCE_BYTES,
  mostOpenUploads: { count: env.MAX_OPEN_UPLOADS, sizeBytes: env.MAX_OPEN_UPLOAD_BYTES },
  maxAttempts: env.MAX_ATTEMPTS,
  leaseMs: env.LEASE_MS,
  heartbeatMs: env.HEARTBEAT_MS,
  sharesSameBytes: env.SHARE_SAME_BYTES,
  pyramid: {
    tileSizePx: Number(env.TILE_SIZE_PX ?? defaultSettings.tileSizePx),
    tileFormat: env.TILE_FORMAT ?? defaultSettings.tileFormat,
    quality: env.TILE_QUALITY ?? defaultSettings.quality,
  },
});

/** And what its HTTP goes by. */
export const edgeOf = (env: Env): EdgeOptions => ({
  host: env.HOST,
  allowedHosts: [...env.ALLOWED_HOSTS, ...(env.PUBLIC_URL === undefined ? [] : [new URL(env.PUBLIC_URL).host])],
  publicUrl: env.PUBLIC_URL,
  trustedProxies: env.TRUST_PROXY,
  allowedOrigins: env.ALLOWED_ORIGINS,
});
