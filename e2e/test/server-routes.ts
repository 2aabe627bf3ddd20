import { createHttpApp, type HttpAppOptions } from "@tilewright/server/http";
import pino from "pino";

/** Stands in for whatever the server is put together of: to list its routes, nothing of it is asked. */
const unasked: object = new Proxy({}, { get: () => unasked });

/** An address for each route that the server has, as the server itself lists them. */
export async function serverRoutes(): Promise<string[]> {
  const app = await createHttpApp({
    ports: unasked as HttpAppOptions["ports"],
    parts: { receiver: unasked } as HttpAppOptions["parts"],
    workerToken: "not asked for by this test",
    host: "127.0.0.1",
    allowedHosts: [],
    trustedProxies: [],
    allowedOrigins: [],
    checks: {},
    webDirectory: import.meta.dirname,
    logger: pino({ level: "silent" }),
  });
  const lines = app.printRoutes({ commonPrefix: false }).split("\n");
  await app.close();
  return addressesIn(lines);
}

/** Of a tree in which each line has the rest of its parent's path, indented by four columns a level. */
function addressesIn(lines: readonly string[]): string[] {
  const above: string[] = [];
  return lines.flatMap((line) => {
    const [, indentation = "", path = ""] = /^([│ ]*)[├└]── (\/\S*)/.exec(line) ?? [];
    if (path === "") return [];
    const depth = indentation.length / 4;
    above.length = depth;
    above.push(path);
    return [above.join("").replaceAll(/:[^/]+/g, "1")];
  });
}
