export * from "./metadata.ts";
export type { Image, Images } from "./ports.ts";
export * from "./schemas.ts";
export * from "./verbs.ts";
