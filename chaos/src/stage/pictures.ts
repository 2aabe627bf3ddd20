import { openAsBlob } from "node:fs";
import { makePicture } from "@tilewright/e2e/picture";

export interface Picture {
  readonly name: string;
  readonly path: string;
}

const makers = {
  /** Tiled in a moment. */
  small: () => makePicture(613, 557, "png"),
  /** Tiled in a second or so, so that a fault meets it at any stage. */
  medium: () => makePicture(5_003, 4_001, "jpg"),
  /** Tiling it takes four times the memory of the others. */
  wide: () => makePicture(100_000, 300, "png"),
  /** Several seconds. */
  large: () => makePicture(12_007, 9_001, "jpg"),
};

export async function picture(name: keyof typeof makers): Promise<Picture> {
  return { name, path: (await makers[name]()).path };
}

export const read = ({ path }: Picture): Promise<Blob> => openAsBlob(path);
