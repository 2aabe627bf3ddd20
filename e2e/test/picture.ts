import { access, mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";

export interface Picture {
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * A picture that looks like stained tissue, the same at every call: large forms, with nuclei and fibres of a few pixels
 * that repeat. Kept in the system's temporary directory, as making 100 megapixels takes seconds.
 */
export async function makePicture(widthPx: number, heightPx: number, format: "jpg" | "tif" | "png"): Promise<Picture> {
  const folder = join(tmpdir(), "tilewright-pictures");
  const path = join(folder, `tissue-${widthPx}x${heightPx}.${format}`);
  const picture = { path, widthPx, heightPx };
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return picture;
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  const side = 384;
  const tissue = sharp(tissueForms(side), { raw: { width: side, height: side, channels: 3 }, limitInputPixels: false })
    .resize(widthPx, heightPx, { fit: "fill", kernel: "cubic" })
    .composite([{ input: await cells(512, widthPx, heightPx), tile: true }]);
  if (format === "jpg") await tissue.jpeg({ quality: 92, chromaSubsampling: "4:4:4" }).toFile(draft);
  else if (format === "tif") await tissue.tiff({ compression: "deflate" }).toFile(draft);
  else await tissue.png({ compressionLevel: 3 }).toFile(draft);
  await rename(draft, path);
  return picture;
}

/** Colours from empty glass over eosin's pink to haematoxylin's violet, by how much tissue is there. */
const stain = [
  [244, 240, 245],
  [238, 200, 221],
  [222, 141, 186],
  [164, 92, 164],
] as const;

function tissueForms(side: number): Buffer {
  const octaves = [3, 6, 12, 24, 48, 96].map((cellsAcross) => smoothNoise(side, cellsAcross));
  const pixels = Buffer.alloc(side * side * 3);
  for (let i = 0; i < side * side; i += 1) {
    const mixed = octaves.reduce((sum, octave, rank) => sum + (octave[i] ?? 0) / 1.7 ** rank, 0) / 2.3;
    const amount = Math.min(0.999, Math.max(0, (mixed - 0.35) * 2.2)) * (stain.length - 1);
    const [from, to] = [stain[Math.floor(amount)] ?? stain[0], stain[Math.floor(amount) + 1] ?? stain[0]];
    for (let channel = 0; channel < 3; channel += 1) {
      const [a = 0, b = 0] = [from[channel], to[channel]];
      pixels[i * 3 + channel] = Math.round(a + (b - a) * (amount % 1));
    }
  }
  return pixels;
}

/** Random values between 0 and 1 on a grid, smoothly joined. */
function smoothNoise(side: number, cellsAcross: number): Float64Array {
  const random = generator(cellsAcross);
  const grid = Array.from({ length: (cellsAcross + 2) ** 2 }, random);
  const at = (x: number, y: number) => grid[y * (cellsAcross + 2) + x] ?? 0;
  const ease = (t: number) => t * t * (3 - 2 * t);
  return Float64Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [((i % side) / side) * cellsAcross, (Math.floor(i / side) / side) * cellsAcross];
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [across, down] = [ease(x - column), ease(y - row)];
    const upper = at(column, row) * (1 - across) + at(column + 1, row) * across;
    const lower = at(column, row + 1) * (1 - across) + at(column + 1, row + 1) * across;
    return upper * (1 - down) + lower * down;
  });
}

/**
 * Nuclei and fibres on a transparent square, or as much of it as the picture has room for: neighbours differ, so a
 * shift by one pixel shows.
 */
function cells(side: number, widthPx: number, heightPx: number): Promise<Buffer> {
  const random = generator(7);
  const place = () => Math.round(random() * side);
  const nuclei = Array.from({ length: 170 }, () => {
    const [x, y, turn] = [place(), place(), Math.round(random() * 180)];
    const [rx, ry] = [4 + random() * 5, 3 + random() * 3].map((radius) => radius.toFixed(1));
    return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" transform="rotate(${turn} ${x} ${y})"/>`;
  });
  const fibres = Array.from({ length: 260 }, () => {
    const [x, y] = [place(), place()];
    const [dx, dy] = [random() * 120 - 60, random() * 120 - 60].map(Math.round);
    return `<path d="M${x} ${y}q${dy} ${dx} ${dx} ${dy}"/>`;
  });
  const shifts = [-side, 0, side];
  const wrapped = shifts.flatMap((x) => shifts.map((y) => `<use href="#cells" x="${x}" y="${y}"/>`));
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" shape-rendering="crispEdges">
    <defs>
      <g id="cells">
        <g fill="none" stroke="#8c3f7d" stroke-opacity=".6" stroke-width="1.6">${fibres.join("")}</g>
        <g fill="#43256f" fill-opacity=".9">${nuclei.join("")}</g>
      </g>
    </defs>
    ${wrapped.join("")}
  </svg>`;
  const room = { left: 0, top: 0, width: Math.min(side, widthPx), height: Math.min(side, heightPx) };
  return sharp(Buffer.from(drawing)).extract(room).png().toBuffer();
}

/** Uniform in [0, 1), the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed * 20_251;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
