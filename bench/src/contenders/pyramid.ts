import { writePyramid } from "@tilewright/pyramid";

const [source = "", target = ""] = process.argv.slice(2);
await writePyramid(source, target);
