import { link, mkdir, readFile, symlink } from "node:fs/promises";
import { expect, it } from "vitest";
import { writePreview, writePyramid } from "../src/index.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

it("never takes an image for its own target, by whatever name", async () => {
  await asSharp(smoothImage(300, 200)).jpeg().toFile(path("source.jpg"));
  const before = await readFile(path("source.jpg"));
  await symlink(path("source.jpg"), path("link.tif"));
  await link(path("source.jpg"), path("second.tif"));
  for (const target of [path("source.jpg"), path("link.tif"), path("second.tif")]) {
    for (const write of [writePyramid, writePreview]) {
      await expect(write(path("source.jpg"), target)).rejects.toThrow(RangeError);
      expect(await readFile(path("source.jpg"))).toEqual(before);
    }
  }
});

it("tells what went wrong even where nothing can be removed", async () => {
  await asSharp(smoothImage(300, 200)).jpeg().toFile(path("picture.jpg"));
  await mkdir(path("folder"));
  await expect(writePyramid(path("picture.jpg"), path("folder"))).rejects.toMatchObject({ name: "PyramidError" });
});
