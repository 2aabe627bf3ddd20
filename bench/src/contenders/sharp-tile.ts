import sharp from "sharp";

const [source, target = ""] = process.argv.slice(2);
await sharp(source, { limitInputPixels: false, sequentialRead: true })
  .jpeg({ quality: 80 })
  .tile({ size: 256, overlap: 0, layout: "dz" })
  .toFile(target);
