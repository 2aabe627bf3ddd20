export * from "./cursor.ts";
export * from "./schemas.ts";
export * from "./verbs.ts";
