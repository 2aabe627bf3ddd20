import type { Pyramid } from "@tilewright/pyramid";

/** As `pyramid`, but whoever asks for a tile that is being read already gets the same answer. */
export function withSharedReads<T extends Pick<Pyramid, "readTile">>(pyramid: T): T {
  const underWay = new Map<string, Promise<Uint8Array | null>>();
  return {
    ...pyramid,
    readTile(level, column, row) {
      const tile = `${level}/${column}/${row}`;
      const reading = underWay.get(tile) ?? pyramid.readTile(level, column, row).finally(() => underWay.delete(tile));
      underWay.set(tile, reading);
      return reading;
    },
  };
}
