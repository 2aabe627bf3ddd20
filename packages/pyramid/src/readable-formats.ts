import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ForeignFormat, ImageFormat } from "./facts.ts";
import { systemVipsEnvironment } from "./process/env.ts";

/** The class of the system's libvips that reads a format. */
const loaders: Record<ForeignFormat, string> = {
  jp2: "VipsForeignLoadJp2kFile",
  jxl: "VipsForeignLoadJxlFile",
  heic: "VipsForeignLoadHeifFile",
  ndpi: "VipsForeignLoadOpenslideFile",
  scn: "VipsForeignLoadOpenslideFile",
};
const builtIn: readonly ImageFormat[] = ["jpeg", "png", "tiff", "webp", "gif", "avif"];

/** The formats that `writePyramid` reads on this machine: some take the system's `vips` command. */
export async function readableFormats(): Promise<readonly ImageFormat[]> {
  const known = await promisify(execFile)("vips", ["-l", "VipsForeignLoad"], { env: systemVipsEnvironment() }).then(
    ({ stdout }) => stdout,
    () => "",
  );
  const foreign = Object.entries(loaders).filter(([, loader]) => known.includes(`${loader} `));
  return [...builtIn, ...foreign.map(([format]) => format as ForeignFormat)];
}
