import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultSettings, writePyramid } from "@tilewright/pyramid";
import type { Picture } from "./pictures.ts";

const digests = new Map<string, Promise<string>>();

/** SHA-256 of the pyramid that a picture gets when nothing goes wrong; made once per run. */
export function undisturbedDigest(picture: Picture): Promise<string> {
  const known = digests.get(picture.path) ?? tileInPeace(picture);
  digests.set(picture.path, known);
  return known;
}

async function tileInPeace({ path }: Picture): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-peace-"));
  try {
    const target = join(directory, "pyramid.tif");
    await writePyramid(path, target, { settings: defaultSettings });
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(target)) hash.update(chunk);
    return hash.digest("hex");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
