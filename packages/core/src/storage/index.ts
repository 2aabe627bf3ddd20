export * from "./attempt-name.ts";
export * from "./keys.ts";
export * from "./object-store.ts";
export * from "./own-store.ts";
export * from "./ownership.ts";
export * from "./room.ts";
export * from "./sweep.ts";
