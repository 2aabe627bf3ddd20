// A sender in a process of its own, so that it can be killed: node sender.ts <server> <file> [<upload to go on with>]

import { createTilewrightClient } from "@tilewright/client";
import { fileSource } from "@tilewright/client/node";

const [baseUrl = "", path = "", uploadId] = process.argv.slice(2);
const client = createTilewrightClient({ baseUrl });
const { imageId } = await client.uploadImage(await fileSource(path), {
  fileName: "sparse.tif",
  uploadId,
  onOpen: (upload) => process.send?.({ uploadId: upload.uploadId }),
});
process.send?.({ imageId });
process.disconnect?.();
