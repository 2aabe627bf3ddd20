import { createHttpApp, type HttpAppOptions } from "@tilewright/server/http";
import pino from "pino";

/** An address for each route that the server has, as the server itself lists them. */
export async function serverRoutes(): Promise<string[]> {
  // Nothing is asked of it.
  const app = await createHttpApp({
    ...({ ports: {}, parts: { receiver: {} } } as Pick<HttpAppOptions, "ports" | "parts">),
    workerToken: "not asked for by this test",
    host: "127.0.0.1",
    allowedHosts: [],
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
