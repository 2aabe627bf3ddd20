import { expect, test } from "vitest";
import { leftOutWords } from "./left-out-words.ts";
import { PackedSlide } from "./packed-slide.ts";
import { sortOut } from "./sort-out.ts";

/** As `file-selector` and a browser's folder chooser hand it over. */
function at(path: string, content: BlobPart = new Uint8Array([0, 1, 2]), property = "path"): File {
  const file = new File([content], path.slice(path.lastIndexOf("/") + 1), { lastModified: 7 });
  return Object.defineProperty(file, property, { value: path });
}

const namesOf = (uploads: readonly { readonly name: string }[]) => uploads.map(({ name }) => name);

test.each([
  ["dropped", "/", "path"],
  ["dropped with a folder around them", "/scans/of today/", "path"],
  ["chosen with a folder", "scans/", "webkitRelativePath"],
])("a slide of a file and a folder becomes one, %s", async (_how, prefix, property) => {
  const files = ["b.mrxs", "b/Slidedat.ini", "b/Data0000.dat", "b/Index.dat", "a.tif"].map((path) =>
    at(`${prefix}${path}`, undefined, property),
  );
  const { uploads, leftOut } = await sortOut(files);
  expect(namesOf(uploads)).toEqual(["b.mrxs.zip", "a.tif"]);
  expect(leftOut).toEqual([]);
  const [slide] = uploads;
  expect(slide).toBeInstanceOf(PackedSlide);
  expect(namesOf((slide as PackedSlide).files)).toEqual(["b.mrxs", "Data0000.dat", "Index.dat", "Slidedat.ini"]);
});

test("the same slide is the same file, in whatever order its parts come", async () => {
  const parts = () => ["s.mrxs", "s/Slidedat.ini", "s/Data0.dat"].map((path) => at(path));
  const [one] = (await sortOut(parts())).uploads;
  const [two] = (await sortOut(parts().toReversed())).uploads;
  expect(one).toMatchObject({ name: "s.mrxs.zip", size: two?.size, lastModified: 7 });
  expect(namesOf((one as PackedSlide).files)).toEqual(namesOf((two as PackedSlide).files));
});

test("several slides at once stay apart, and a file without its folder stays alone", async () => {
  const paths = ["x/s.mrxs", "x/s/Slidedat.ini", "y/s.mrxs", "y/s/Slidedat.ini", "z/s.mrxs"];
  const { uploads } = await sortOut(paths.map((path) => at(path)));
  expect(namesOf(uploads)).toEqual(["s.mrxs.zip", "s.mrxs.zip", "s.mrxs"]);
});

test("texts and what lies beside images is left out, whatever it is called; images never are", async () => {
  const beside = ["notes.txt", "Thumbs.db", ".DS_Store", "scan.xml", "labels.csv", "Data0.dat", "run.log"];
  const texts = [at("README", "How this was scanned.\n"), at("protocol.v2", "größer als üblich\n")];
  const images = [
    at("a.TIF", "a text inside"),
    at("b.svs"),
    at("no ending"),
    at("c.unknown", new Uint8Array([255, 216])),
  ];
  const { uploads, leftOut } = await sortOut([...beside.map((name) => at(name)), ...texts, ...images]);
  expect(leftOut).toEqual([...beside, "README", "protocol.v2"]);
  expect(namesOf(uploads)).toEqual(["a.TIF", "b.svs", "no ending", "c.unknown"]);
});

test("what was left out is named in one sentence", () => {
  expect(leftOutWords([])).toBeNull();
  expect(leftOutWords(["notes.txt"])).toBe("Left out, as it is no image: \u2068notes.txt\u2069.");
  const many = ["a.txt", "b.txt", "Thumbs.db", "Thumbs.db", "c.ini"];
  expect(leftOutWords(many)).toBe(
    "Left out, as they are no images: \u2068a.txt\u2069, \u2068b.txt\u2069, \u2068Thumbs.db\u2069 and 2 more.",
  );
  expect(leftOutWords(["Slidedat.ini", "Data0.dat"])).toMatch(/drop its \.mrxs file and its folder together\.$/);
});
