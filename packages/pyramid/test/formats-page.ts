import { allFormats } from "../src/formats/formats.ts";
import type { ImageFacts } from "../src/index.ts";

/** A kind of file that was tiled, and what was found in it. */
export interface Row {
  readonly format: string;
  readonly kind: string;
  readonly image: Pick<ImageFacts, "channels" | "bitDepth">;
  readonly decoder: "built in" | "system's `vips`" | "OpenJPEG";
}

const allOf = new Intl.ListFormat("en-GB");
const slides = allFormats.filter(
  ({ decoder }) => typeof decoder === "object" && decoder.by === "vips" && decoder.vendor,
);
const notes = allFormats.flatMap(({ note }) => note ?? []);
const refused = allFormats.flatMap(({ refuses = [] }) => refuses);

/** docs/formats.md. */
export const formatsPage = (rows: readonly Row[]): string => `# What goes in

Made by \`packages/pyramid/test/formats.test.ts\`, which tiles a real file of each kind and compares what comes out with
what goes in. Whatever the source, the pyramid is 8-bit sRGB: a profile is applied, white
shines through where the image is transparent, grey and CMYK are converted.

Unsigned samples of up to 16 bits have a black and a white of their own: 0, and the most that they can hold. Others get a
window, in all channels alike: their least sample becomes black and their largest white, but for outliers, which are a
thousandth at either end and farther from all the others than those are from each other. Of 9 to 16 bits, images get one
as well that would come out black or flat: where all but a thousandth of the samples lie below a quarter of what there is
(a sixteenth, if a profile says what they mean), or, in grey without a profile, within a sixteenth of it. The manifest says
which it was and how it was found (\`source.window\`), and the page says it beside the slide
([why](adr/0073-dark-samples-get-a-window-too.md)).

A pixel is missing, and shown white as where the image is transparent, if a floating-point sample of it is no finite
number, or if all of its samples have the value that GDAL names for that in tag 42113. That tag is obeyed where nothing was
lost in compression: without any, with LZW, deflate, PackBits, Zstandard or LERC; and not for palettes.

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

${allOf.format(slides.map(({ label }) => label))} go to the slide reader of the system's \`vips\`, OpenSlide,
and to that for their maker alone. They say of themselves what an SVS says. What was not scanned of a glass is white.

${notes.join("\n\n")}

No tool writes slides of these makers, nor OME-TIFF and several other kinds of TIFF: the test composes them, piece by
piece, as those who write them do.

Refused by name (\`UNSUPPORTED_FORMAT\`), before work begins:

- a file that does not begin as one of these formats does ([by all of its signature](adr/0067-one-nose.md)), such as PDF,
  SVG or BMP
${refused.map((kind) => `- ${kind}`).join("\n")}
- more channels than grey, RGB or CMYK have, and one for transparency, unless in a TIFF
- samples none of which can be shown, as all are missing: that is known when they have been read
- what \`vips\` (Debian's \`libvips-tools\`) decodes, from 8.13 on, where it or its reader is not installed: \`npm run doctor\` and
  \`readableFormats()\` say what a machine reads; the same of OpenJPEG's \`opj_decompress\` (Debian's \`libopenjp2-tools\`)

A TIFF that is not refused and not in the table, for instance one compressed by LERC, goes to its decoder, which may take
it or refuse it. Of a slide in several files, a file that is an image by itself is tiled as that image.

What \`vips\` decodes is copied into the scratch directory first, without loss, which takes about as much there as its
pixels do. The manifest names the version of \`vips\` then
(\`software.systemVips\`). TIFFs of samples that are neither of 8 nor of 16 unsigned bits, or of which some are missing, are
read by this package itself, and are copied in 8 bits.
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
