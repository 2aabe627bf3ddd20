import { open } from "node:fs/promises";
import { PyramidError } from "../errors.ts";
import type { ImageFormat } from "../facts.ts";

const signatures: [ImageFormat, (head: string) => boolean][] = [
  ["jpeg", (head) => head.startsWith("\xff\xd8\xff")],
  ["png", (head) => head.startsWith("\x89PNG\r\n\x1a\n")],
  ["tiff", (head) => ["II*\0", "II+\0", "MM\0*", "MM\0+"].includes(head.slice(0, 4))],
  ["webp", (head) => head.startsWith("RIFF") && head.startsWith("WEBP", 8)],
  ["gif", (head) => head.startsWith("GIF87a") || head.startsWith("GIF89a")],
  // The brands that an AVIF file may be read as follow the word `ftyp`; HEIC differs in them alone.
  ["jp2", (head) => head.startsWith("jP  \r\n", 4) || head.startsWith("\xff\x4f\xff\x51")],
  ["jxl", (head) => head.startsWith("JXL \r\n", 4) || head.startsWith("\xff\x0a")],
  ["avif", (head) => head.startsWith("ftyp", 4) && /avi[fs]/.test(head.slice(8))],
  // A slide of several files comes as a ZIP. Any other ZIP is refused when it has been looked into.
  ["mrxs", (head) => head.startsWith("PK\x03\x04") || head.startsWith("PK\x05\x06")],
  ["heic", (head) => head.startsWith("ftyp", 4) && /hei[cx]|hev[cx]|mif1/.test(head.slice(8))],
];

/**
 * Tells the format by the first bytes, so that nothing outside the list ever reaches a decoder.
 *
 * @throws PyramidError EMPTY_FILE, UNSUPPORTED_FORMAT.
 */
export async function sniffFormat(path: string): Promise<ImageFormat> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(64), 0, 64, 0);
    if (bytesRead === 0) throw new PyramidError("EMPTY_FILE", "The file is empty.");
    const head = buffer.toString("latin1", 0, bytesRead);
    const format = signatures.find(([, matches]) => matches(head))?.[0];
    if (format) return format;
  } finally {
    await file.close();
  }
  throw new PyramidError(
    "UNSUPPORTED_FORMAT",
    "The file is not an image in a supported format; supported are JPEG, PNG, TIFF, WebP, GIF and AVIF, slides in SVS, NDPI, SCN and (as one ZIP) MRXS, and JPEG 2000, JPEG XL and HEIC.",
  );
}
