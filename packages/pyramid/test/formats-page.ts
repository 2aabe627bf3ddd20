import type { ImageFacts } from "../src/index.ts";

/** A kind of file that was tiled, and what was found in it. */
export interface Row {
  readonly format: string;
  readonly kind: string;
  readonly image: Pick<ImageFacts, "channels" | "bitDepth">;
  readonly decoder: "built in" | "system's `vips`";
}

/** docs/formats.md. */
export const formatsPage = (rows: readonly Row[]): string => `# What goes in

Made by \`packages/pyramid/test/formats.test.ts\`, which tiles a real file of each kind and compares what comes out with
what goes in. Whatever the source, the pyramid is 8-bit sRGB: a profile is applied, white
shines through where the image is transparent, grey and CMYK are converted.

Of 16 unsigned bits, 0 becomes black and 65,535 white. Signed, 32-bit and floating-point samples have no black and white
of their own: the least sample of the image becomes black and its largest white, in all channels alike. The manifest says
which they were (\`source.window\`).

${table([["format", "kind", "channels", "bits", "decoder"], ...rows.map(cells)])}

SVS and OME-TIFF are TIFFs. Of a TIFF's pictures the first is tiled, unless it calls itself a smaller copy or a label and a
larger one is there, or another is larger by half and more ([why](adr/0071-the-picture-that-a-tiff-is-about.md)). Of an
OME-TIFF that has a picture for each channel, that is the first channel; the manifest names all of them (\`source.separateChannels\`). Resolution, objective and pictures beside the
slide (label, macro, thumbnail) are read from their descriptions. Where such a file holds JPEG tiles of 256 or 512 pixels,
they become the pyramid's as they are ([why and when](adr/0056-a-pyramids-own-tiles.md)).

What is odd about a TIFF's directory, and says nothing of its pixels, keeps no picture from being shown; of JPEG, the
colours are those of its stream, whatever the directory says ([how](adr/0070-decoders-see-vetted-directories.md)). Tiles
and strips that are left out are white, or transparent where there is transparency; of more than 8 bits, 0. A channel more
than the colours that is not marked as transparency is left out; of several, the system's \`vips\` takes the first. Three
channels and more that are marked as grey are shown as red, green and blue, the first three of them.

Hamamatsu's NDPI, Leica's SCN and 3DHistech's MRXS go to the slide reader of the system's \`vips\`, OpenSlide, and say of
themselves what an SVS says. What was not scanned of a glass is white. A slide in MRXS is a file and a folder of the same
name: put both into one ZIP, and nothing else ([more of this](adr/0060-a-mirax-slide-is-one-zip.md)).

No tool writes slides of these makers, nor OME-TIFF and several other kinds of TIFF: the test composes them, piece by
piece, as those who write them do.

Refused by name (\`UNSUPPORTED_FORMAT\`), before work begins:

- a file that does not begin as one of these formats does, such as PDF, SVG or BMP, and a ZIP that is not one slide in
  MRXS
- more channels than grey, RGB or CMYK have, and one for transparency, unless in a TIFF; of samples that get a window, any
  but one or three
- a TIFF whose directory says that no decoder here shows it ([how](adr/0064-a-tiff-is-refused-by-its-directory.md)):
  of other colours than grey, RGB, CMYK, YCbCr and palettes, such as CIE Lab or a camera's mosaic, of colours that it
  doesn't name, of YCbCr in full resolution unless as JPEG; of an extra channel that it says nothing of, of channels of
  different kinds; with white as the least of signed, 32-bit or floating-point samples; of complex numbers, of
  floating-point numbers that have not 32 bits, of other samples that have not 1, 2, 4, 8, 16 or 32, and of several with
  less than 8; compressed by JPEG of the old kind, JBIG, LZMA, JPEG XL or a method unknown here, or by JPEG 2000 in
  strips; in JPEG of two channels or of more than four; in YCbCr with each channel by itself; in tiles that hold one
  channel each, of what \`vips\` decodes; with tiles left out that are compressed by JPEG 2000, WebP or LERC
- what \`vips\` (Debian's \`libvips-tools\`) decodes, where it or its reader is not installed: \`npm run doctor\` and
  \`readableFormats()\` say what a machine reads

A TIFF that is not refused and not in the table, for instance one compressed by LERC, goes to its decoder, which may take
it or refuse it. Of a slide in several files, a file that is an image by itself is tiled as that image.

What \`vips\` decodes is copied into the scratch directory first, without loss or within its window, which takes about
as much there as its pixels do, in 8 bits where they get a window; a slide in MRXS is unpacked there before. The
manifest names the version of \`vips\` then (\`software.systemVips\`). Only when all samples have been read is it known
that one is not a finite number, such as NaN: that is refused then.
`;

const cells = ({ format, kind, image, decoder }: Row): string[] => [
  format,
  kind,
  String(image.channels),
  String(image.bitDepth),
  decoder,
];

/** Columns of equal width, as Markdown is formatted here. */
function table(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[], fill: string) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const [head = [], ...rest] = rows;
  return [
    line(head, " "),
    line(
      head.map(() => ""),
      "-",
    ),
    ...rest.map((row) => line(row, " ")),
  ].join("\n");
}
