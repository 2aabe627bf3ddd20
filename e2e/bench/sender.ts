// A sender in a process of its own, so that it can be killed: node sender.ts <server> <file> [<upload to go on with>]
import { openAsBlob } from "node:fs";
import { createTilewrightClient } from "@tilewright/client";

const [baseUrl = "", path = "", uploadId] = process.argv.slice(2);
const client = createTilewrightClient({ baseUrl });
const { imageId } = await client.uploadImage(await openAsBlob(path), {
  fileName: "sparse.tif",
  uploadId,
  onOpen: (upload) => process.send?.({ uploadId: upload.uploadId }),
});
process.send?.({ imageId });
process.disconnect?.();
