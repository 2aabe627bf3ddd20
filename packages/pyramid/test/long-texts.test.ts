import { expect, it } from "vitest";
import { associatedImages, micrometresPerPixel, objectivePower, separateChannels } from "../src/formats/slide-facts.ts";
import type { TiffPage } from "../src/tiff/page.ts";

/** As long as a description is read. */
const length = 1_000_000;
const hostile = [
  "\n",
  " ",
  "\t\r\n",
  "<",
  "<Channel",
  "<Channel ",
  "<a:Channel ",
  "<OME:",
  "</a:",
  "</Image",
  "MPP",
  "MPP ",
  "MPP = ",
  "MPP=1",
  "AppMag\t",
  'Name="',
  'xName="',
  'PhysicalSizeX="',
  'PhysicalSizeXUnit="1',
  "label",
  "\nlabels",
  "macro ",
  "aaaaaaaa",
  ">",
];

it.each(hostile)("of nothing but %j, a description is read as soon as of anything else", (words) => {
  for (const before of ["", "Aperio\n", "<OME><Image>"]) {
    const description = before + words.repeat(length / words.length);
    const page = { description, place: { page: 1, subifd: null }, tile: null } as TiffPage;
    const begun = process.cpuUsage();
    micrometresPerPixel(description);
    objectivePower(description);
    associatedImages([page, page]);
    expect(separateChannels(description).length).toBeLessThanOrEqual(1_000);
    expect(process.cpuUsage(begun).user).toBeLessThan(1_000_000);
  }
});

it("what a description says is found, however it is written", () => {
  expect(micrometresPerPixel("Aperio\r\nLeft = 1|MPP  =\t0.499|AppMag = 20")).toBe(0.499);
  expect(micrometresPerPixel("XMPP = 7|MPP = none|MPP = 2")).toBe(2);
  expect(micrometresPerPixel('<Pixels PhysicalSizeXUnit="nm" PhysicalSizeX="250"/>')).toBe(0.25);
  expect(micrometresPerPixel('<Pixels OtherPhysicalSizeX="9"')).toBeNull();
  expect(objectivePower("AppMag=40")).toBe(40);
  expect(objectivePower('<Objective NominalMagnification="63.0"/>')).toBe(63);
  const ome = (channels: string) => `<?xml version="1.0"?><ome:OME><ome:Image>${channels}</ome:Image></ome:OME>`;
  expect(separateChannels(ome('<ome:Channel ID="0" Name="A"/><ome:Channel ID="1"/>'))).toEqual(["A", "channel 1"]);
  expect(separateChannels(`${ome('<Channel Name="A"/>')}<Image><Channel/></Image>`)).toEqual([]);
  expect(separateChannels(ome('<ChannelGroup/><Channel Name=""/><Channel Name="B"></Channel>'))).toEqual([
    "channel 0",
    "B",
  ]);
  expect(separateChannels("<Channel/><Channel/>")).toEqual([]);
});
