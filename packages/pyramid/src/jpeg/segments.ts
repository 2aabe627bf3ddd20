/** A part of a JPEG's header: a marker and what belongs to it. */
export interface Segment {
  /** The marker's second byte. */
  readonly kind: number;
  /** Where its marker begins. */
  readonly at: number;
  /** Behind the marker and its length; empty for markers that stand alone. */
  readonly content: Uint8Array;
  readonly end: number;
  /** Bytes before it that belong to nothing; decoders pass over them with a warning. */
  readonly junkBytes: number;
}

/** Second bytes of markers, by the standard's names (ITU-T T.81, table B.1). */
export const marker = {
  tem: 0x01,
  sof0: 0xc0,
  sof1: 0xc1,
  sof2: 0xc2,
  sof3: 0xc3,
  dht: 0xc4,
  sof5: 0xc5,
  sof6: 0xc6,
  sof7: 0xc7,
  jpg: 0xc8,
  sof9: 0xc9,
  sof10: 0xca,
  sof11: 0xcb,
  dac: 0xcc,
  sof13: 0xcd,
  sof14: 0xce,
  sof15: 0xcf,
  rst0: 0xd0,
  rst7: 0xd7,
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dqt: 0xdb,
  dnl: 0xdc,
  dri: 0xdd,
  dhp: 0xde,
  /** Of JFIF. */
  app0: 0xe0,
  app2: 0xe2,
  /** Of Adobe. */
  app14: 0xee,
  app15: 0xef,
  /** SOF55, of JPEG-LS. */
  sof55: 0xf7,
} as const;

/** Whether nothing follows a marker: TEM, and RST0 to EOI. */
const standsAlone = (kind: number): boolean => kind === marker.tem || (kind >= marker.rst0 && kind <= marker.eoi);

/**
 * What follows the start marker of a JPEG, up to and with its first scan's header, as libjpeg finds it: any number of
 * 0xff before a marker, and whatever is no marker passed over. Ends early where `bytes` do.
 */
export function* segmentsIn(bytes: Uint8Array): Generator<Segment, void> {
  if (bytes[0] !== 0xff || bytes[1] !== marker.soi) return;
  for (let from = 2; ; ) {
    const at = nextMarker(bytes, from);
    if (at < 0) return;
    const kind = bytes[at + 1] ?? 0;
    const junkBytes = junkBefore(bytes, from, at);
    const empty = { kind, at, junkBytes, content: bytes.subarray(at + 2, at + 2) };
    if (standsAlone(kind)) {
      yield { ...empty, end: at + 2 };
      from = at + 2;
      if (kind === marker.eoi) return;
      continue;
    }
    if (at + 4 > bytes.length) return;
    // A length that is too short for itself is of nothing.
    const end = at + 2 + Math.max(2, ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (end > bytes.length) return;
    yield { ...empty, content: bytes.subarray(at + 4, end), end };
    if (kind === marker.sos) return;
    from = end;
  }
}

/** The last 0xff of those before a marker's second byte; negative if there is none. */
function nextMarker(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0 && (bytes[at + 1] === 0 || bytes[at + 1] === 0xff)) at = bytes.indexOf(0xff, at + 1);
  return at + 1 < bytes.length ? at : -1;
}

/** All but the fill bytes that may stand before any marker. */
function junkBefore(bytes: Uint8Array, from: number, at: number): number {
  let end = at;
  while (end > from && bytes[end - 1] === 0xff) end -= 1;
  return end - from;
}
