import { defaultSettings, writePyramid } from "@tilewright/pyramid";

const [source = "", target = "", format] = process.argv.slice(2);
const tileFormat = format === "webp" ? format : defaultSettings.tileFormat;
await writePyramid(source, target, { settings: { tileFormat } });
