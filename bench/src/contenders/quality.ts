import { mkdir } from "node:fs/promises";
import { analyseQuality } from "@tilewright/quality";

const [pyramidPath = "", outputDirectory = ""] = process.argv.slice(2);
await mkdir(outputDirectory);
await analyseQuality({ pyramidPath, outputDirectory });
