import type { ByteSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { marker } from "../jpeg/segments.ts";
import { tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { readBytes } from "../tiff/read-directory.ts";

const name = Buffer.from("ICC_PROFILE\0");
/** A marker's length has two bytes and counts itself, the name and the two numbers behind it. */
const mostInMarker = 0xffff - 2 - name.length - 2;

/** A page's colour profile as the markers that a JPEG holds it in: none if it has none, null if it can't be read. */
export async function readProfile(source: ByteSource, { directory, iccProfile }: TiffPage): Promise<Uint8Array | null> {
  if (!iccProfile) return new Uint8Array(0);
  try {
    return inMarkers(await readBytes(new ReadAhead(source), directory, tag.iccProfile));
  } catch (error) {
    if (error instanceof PyramidError) return null;
    throw error;
  }
}

function inMarkers(profile: Uint8Array): Uint8Array {
  const count = Math.ceil(profile.length / mostInMarker);
  const markers = Array.from({ length: count }, (_, i) => {
    const part = profile.subarray(i * mostInMarker, (i + 1) * mostInMarker);
    const length = 2 + name.length + 2 + part.length;
    return [Uint8Array.of(0xff, marker.app2, length >> 8, length & 0xff), name, Uint8Array.of(i + 1, count), part];
  });
  return Buffer.concat(markers.flat());
}
