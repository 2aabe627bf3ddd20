import { writeFile } from "node:fs/promises";
import { half } from "./composed-slides.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { jpegTiles, tiledPage, withoutColourMarker } from "./jpeg-tiles.ts";
import { channelOf, plainPage, samplesPage } from "./raw-page.ts";
import { greySamples, type Kind, picture } from "./saved-kinds.ts";
import { type Raw, smoothImage } from "./smooth-image.ts";

const { width, height } = picture;
const oneChannel = { width, height, channels: 1, bits: 8 };

/** Runs of up to 128 bytes as they are: all that a reader of PackBits must know, but for repetitions. */
function packBits(bytes: Uint8Array): Buffer {
  const runs: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 128) {
    const run = bytes.subarray(at, at + 128);
    runs.push(Uint8Array.of(run.length - 1), run);
  }
  return Buffer.concat(runs);
}

/** No run reaches into the next row. */
const packedRows = Array.from({ length: height }, (_, y) =>
  packBits(picture.data.subarray(y * width * 3, (y + 1) * width * 3)),
);

/** Red rises with the index, green falls, blue stays. */
const colourOf = (index: number): readonly number[] => [index, 255 - index, 77];
const paletteOf = (size: number): number[] =>
  [0, 1, 2].flatMap((channel) =>
    Array.from({ length: size }, (_, index) => (colourOf(Math.floor((256 * index) / size))[channel] ?? 0) * 257),
  );
const wideSamples = new Uint8Array(Uint16Array.from(greySamples, (index) => index * 257).buffer);
const coloured: Raw = { ...picture, data: Uint8Array.from(Array.from(greySamples).flatMap(colourOf)) };

export const composed = (
  format: string,
  kind: string,
  pages: (draft: string) => readonly Picture[] | Promise<readonly Picture[]>,
  { seen = picture, loss = 0 }: { seen?: Raw; loss?: number } = {},
): Kind => ({
  format,
  kind,
  write: async (file) => writeFile(file, composeTiff(await pages(`${file}.draft`))),
  seen: () => seen,
  loss,
});

const aperio = "Aperio Image Library v11.2.1\r\n500x300 (256x256) JPEG/RGB Q=95|AppMag = 20|MPP = 0.5";
const ome = '<OME><Pixels PhysicalSizeX="250" PhysicalSizeXUnit="nm"/></OME>';

/** Files that no library at hand writes, as they are found in the wild. */
export const composedKinds: readonly Kind[] = [
  composed("TIFF", "planar", () => [
    samplesPage({ ...oneChannel, channels: 3, strips: [0, 1, 2].map((i) => channelOf(picture, i)) }),
  ]),
  composed("TIFF", "strips, PackBits", () => [
    samplesPage({ ...oneChannel, channels: 3, compression: 32_773, strips: [Buffer.concat(packedRows)] }),
  ]),
  composed(
    "TIFF",
    "palette",
    () => [samplesPage({ ...oneChannel, photometric: 3, strips: [greySamples] }, [[320, type.short, paletteOf(256)]])],
    { seen: coloured },
  ),
  composed(
    "TIFF",
    "palette of 16 bits",
    () => [
      samplesPage({ ...oneChannel, bits: 16, photometric: 3, strips: [wideSamples] }, [
        [320, type.short, paletteOf(65_536)],
      ]),
    ],
    { seen: coloured },
  ),
  composed("TIFF", "several pages: the first", () => [plainPage(picture), plainPage(smoothImage(300, 500))]),
  composed(
    "OME-TIFF",
    "levels in SubIFDs, JPEG tiles",
    async (draft) => {
      const full = tiledPage(await jpegTiles(picture, 256, 95, draft), 256, [[270, type.ascii, ome]]);
      return [{ ...full, below: [tiledPage(await jpegTiles(await half(picture), 256, 95, draft), 256)] }];
    },
    { loss: 0.5 },
  ),
  composed(
    "SVS",
    "RGB JPEG tiles",
    async (draft) => {
      const tiles = await jpegTiles(picture, 256, 95, draft);
      return [
        tiledPage({ ...tiles, tiles: tiles.tiles.map(withoutColourMarker) }, 256, [[270, type.ascii, aperio]]),
        plainPage(smoothImage(50, 30), [[270, type.ascii, "Aperio Image Library v11.2.1\nmacro 50x30"]]),
      ];
    },
    { loss: 0.5 },
  ),
];
