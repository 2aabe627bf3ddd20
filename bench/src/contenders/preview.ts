import { writePreview } from "@tilewright/pyramid";

const [source = "", target = ""] = process.argv.slice(2);
await writePreview(source, target);
