import { compression } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { positive, type TiffDialect } from "./tiff-dialect.ts";

const isAperio = ({ description }: TiffPage): boolean => description.startsWith("Aperio");

/** SVS. Aperio writes `AppMag = 20` and `MPP = 0.499`; its second page, in strips, is a thumbnail. */
export const aperio: TiffDialect = {
  name: "SVS",
  micrometresPerPixel: (description) => positive(equalling(description, "MPP")),
  objectivePower: (description) => positive(equalling(description, "AppMag")),
  separateChannels: () => [],
  nameBeside: (page, image) => (isAperio(image) && page.place.page === 1 && !page.tile ? "thumbnail" : null),
};

const jpeg2000: readonly number[] = [compression.aperioJpeg2000Ycbcr, compression.aperioJpeg2000Rgb];

/**
 * Tiles in two forms that Aperio's scanners alone write, of which the slide reader knows best how their colours are
 * stored.
 */
export const isAperioJpeg2000 = (page: TiffPage): boolean => isAperio(page) && jpeg2000.includes(page.compression);

const number = /\s{0,9}=\s{0,9}([0-9.]{1,40})/y;

/** The number behind a word and a sign of equality. */
function equalling(text: string, word: string): string | undefined {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    number.lastIndex = at + word.length;
    const found = /\w/.test(text.charAt(at - 1)) ? null : number.exec(text);
    if (found) return found[1];
  }
  return undefined;
}
