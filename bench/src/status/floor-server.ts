// The floor: node:http that answers the same bytes whatever it is asked. node floor-server.ts BODY PORT
import { createServer } from "node:http";

const [body = "", port = "0"] = process.argv.slice(2);
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
createServer((_request, response) => response.writeHead(200, headers).end(body)).listen(Number(port), "127.0.0.1", () =>
  process.send?.("ready"),
);
