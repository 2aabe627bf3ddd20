import { enableCompileCache } from "node:module";

enableCompileCache();
const { writePyramid } = await import("@tilewright/pyramid");
const [source = "", target = ""] = process.argv.slice(2);
await writePyramid(source, target);
