import { openFileSource, openPyramid } from "@tilewright/pyramid";

/** Microseconds of CPU for one inner tile of full size, read from a file, at most `atOnce` at a time. */
export async function tileFromDisk(path: string, count = 20_000, atOnce = 16): Promise<number> {
  const source = await openFileSource(path);
  const pyramid = await openPyramid(source);
  const level = pyramid.levelCount - 1;
  const [columns, rows] = [pyramid.widthPx, pyramid.heightPx].map((px) => Math.floor(px / pyramid.tileSizePx));
  const readSome = async (first: number): Promise<void> => {
    for (let i = first; i < count; i += atOnce) {
      await pyramid.readTile(level, (i * 7) % (columns ?? 1), (i * 13) % (rows ?? 1));
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: atOnce }, (_, first) => readSome(first)));
  const { user, system } = process.cpuUsage(before);
  await source.close();
  return (user + system) / count;
}
