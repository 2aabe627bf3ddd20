import { enableCompileCache } from "node:module";

enableCompileCache();
const { writePreview } = await import("@tilewright/pyramid");
const [source = "", target = ""] = process.argv.slice(2);
await writePreview(source, target);
