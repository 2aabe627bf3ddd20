import { isIP } from "node:net";
import { z } from "zod";

const listIn = (text: string): string[] => text.split(/[\s,]+/).filter((entry) => entry !== "");

/** Names separated by commas, as a Host header has them. */
export const HostNames = z
  .string()
  .default("")
  .transform(listIn)
  .pipe(
    z.array(z.string().regex(/^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])$/i, "Names alone, without https:// and port.")),
  );

/** `https://slides.example.org`, as browsers write the origin of a page. */
export const Origin = z.string().transform((text, { addIssue }) => {
  const wrong = wrongWithOrigin(text);
  if (wrong === null) return new URL(text).origin;
  addIssue(wrong);
  return z.NEVER;
});

export const Origins = z.string().default("").transform(listIn).pipe(z.array(Origin));

/** Addresses and networks, as `10.0.0.7` and `10.0.0.0/8`, or names of usual ones. */
export const Proxies = z
  .string()
  .default("")
  .transform(listIn)
  .pipe(
    z.array(
      z.string().refine((entry) => wrongWithProxy(entry) === null, {
        error: ({ input }) => wrongWithProxy(String(input)) ?? "",
      }),
    ),
  );

function wrongWithOrigin(text: string): string | null {
  if (text === "*") return "Each origin by itself: pages anywhere could use the service through their visitors.";
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:\/\//i.test(text)) return `${text} is no address such as https://slides.example.org`;
  if (url.hostname.includes("*")) return "One host, without *: each has to be named.";
  if (url.username !== "" || url.password !== "") return "Without user and password: the address is told to everybody.";
  if (/[?#]/.test(text)) return "Without ? and # and what follows them.";
  if (url.pathname !== "/") return "Without a path: the service needs a host of its own, as its addresses begin at /.";
  return null;
}

const usualNetworks = ["loopback", "linklocal", "uniquelocal"];

function wrongWithProxy(entry: string): string | null {
  if (usualNetworks.includes(entry)) return null;
  if (/^\d+$/.test(entry)) {
    return "Addresses of proxies instead of their number, which does not tell a proxy from anybody else on the line.";
  }
  const [address = "", prefix, ...more] = entry.split("/");
  const family = address.includes("%") ? 0 : isIP(address);
  const longest = family === 4 ? 32 : 128;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
  if (family === 0 || !isPrefix || more.length > 0) {
    return `${entry} is no address such as 10.0.0.7, no network such as 10.0.0.0/8, and none of ${usualNetworks.join(", ")}.`;
  }
  return Number(prefix ?? longest) > 0
    ? null
    : `${entry} is everybody, who could then pretend to be asked by any name.`;
}
