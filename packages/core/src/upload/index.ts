export * from "./abandoned.ts";
export * from "./open-uploads.ts";
export * from "./part-plan.ts";
export * from "./ports.ts";
export * from "./recover.ts";
export * from "./schemas.ts";
export * from "./verbs.ts";
