import type { Jpeg2000Kind } from "../jpeg2000/jpeg2000-kind.ts";
import type { SampleTiff } from "../samples/sample-tiff.ts";
import type { VipsLoader } from "../vips/system-vips.ts";

/** Who decodes an image. */
export type Decoder =
  | { readonly by: "sharp" }
  | VipsDecoder
  | { readonly by: "openjpeg"; readonly kind: Jpeg2000Kind }
  /** This package itself, sample by sample. */
  | { readonly by: "samples"; readonly samples: SampleTiff };

/** A reader of the system's `vips`. */
export interface VipsDecoder {
  readonly by: "vips";
  /** What it is to read, as a name for people. */
  readonly what: string;
  readonly loader: VipsLoader;
  /** Readers that this one hands parts of the file to. */
  readonly helpers: readonly VipsLoader[];
  /** Of a slide, the only maker whose reader in OpenSlide may take it; null if it is none. */
  readonly vendor: string | null;
  /** How samples are stored that it decompresses and does not show; null where it shows what it reads. */
  readonly samples: SampleTiff | null;
}

export const bySharp: Decoder = { by: "sharp" };

export const byVips = (
  what: string,
  loader: VipsLoader,
  more: Partial<Pick<VipsDecoder, "helpers" | "samples">> = {},
): VipsDecoder => ({ by: "vips", what, loader, helpers: [], vendor: null, samples: null, ...more });

/** @param vendor OpenSlide's name of the maker. */
export const bySlideReader = (what: string, vendor: string, samples: SampleTiff | null = null): VipsDecoder => ({
  ...byVips(what, "openslideload", { samples }),
  vendor,
});
