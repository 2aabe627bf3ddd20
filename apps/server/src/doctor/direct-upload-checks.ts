import { randomUUID } from "node:crypto";
import type { S3ObjectStore } from "@tilewright/storage";
import type { Check } from "./check.ts";

/** A signature is good for 15 minutes, so that much would break everything; half of it is worth a word. */
const brokenSkewMs = 10 * 60_000;
const doubtfulSkewMs = 60_000;

/** What senders need who bring parts to an S3 store themselves. @param pageOrigins where people open the page. */
export function directUploadChecks(objects: S3ObjectStore, pageOrigins: readonly string[]): Check[] {
  return [
    {
      name: "Parts can be sent to signed addresses",
      run: () =>
        withPartAddress(objects, async (url, listArrived) => {
          const sent = await fetch(url, { method: "PUT", body: "x" });
          if (!sent.ok) return { verdict: "broken", found: `The store refuses a part (HTTP ${sent.status}).` };
          if (!(await listArrived())) return { verdict: "broken", found: "A part that was taken is not listed." };
          const longer = await fetch(url, { method: "PUT", body: "xx" });
          if (!longer.ok)
            return { verdict: "fine", found: "A part of the right length is taken, a longer one is not." };
          return {
            verdict: "doubtful",
            found: "The store takes parts that are longer than their address allows. They are found and sent again.",
            remedy: "Nothing needs to be done, unless strangers can upload.",
          };
        }),
    },
    {
      name: "Clocks agree",
      run: () =>
        withPartAddress(objects, async (url) => {
          const date = (await fetch(url, { method: "HEAD" })).headers.get("date");
          if (date === null) return { verdict: "doubtful", found: "The store does not tell its time." };
          const skewMs = Math.abs(Date.parse(date) - Date.now());
          if (skewMs < doubtfulSkewMs)
            return { verdict: "fine", found: "Store and server differ by less than a minute." };
          return {
            verdict: skewMs < brokenSkewMs ? "doubtful" : "broken",
            found: `The clocks of store and server differ by ${Math.round(skewMs / 1_000)} s; signatures depend on them.`,
            remedy: "Let both take their time from NTP.",
          };
        }),
    },
    ...pageOrigins.map(
      (origin): Check => ({
        name: `A page at ${origin} may send parts`,
        run: () =>
          withPartAddress(objects, async (url) => {
            const headers = {
              origin,
              "access-control-request-method": "PUT",
              "access-control-request-headers": "content-type",
            };
            const answer = await fetch(url, { method: "OPTIONS", headers });
            const allowed = answer.headers.get("access-control-allow-origin");
            if (answer.ok && (allowed === "*" || allowed === origin)) {
              return { verdict: "fine", found: "The store's CORS rules allow it." };
            }
            return {
              verdict: "broken",
              found: `The store's CORS rules don't allow it (HTTP ${answer.status}); browsers will refuse to upload.`,
              remedy: `Give the bucket this rule, by aws s3api put-bucket-cors or the store's console:\n${corsRule(origin)}`,
            };
          }),
      }),
    ),
  ];
}

const corsRule = (origin: string): string =>
  JSON.stringify(
    { CORSRules: [{ AllowedOrigins: [origin], AllowedMethods: ["PUT"], AllowedHeaders: ["*"], MaxAgeSeconds: 3_600 }] },
    null,
    2,
  );

/** The address of a part of one byte, while `use` looks at it. */
async function withPartAddress<Result>(
  objects: S3ObjectStore,
  use: (url: string, listArrived: () => Promise<boolean>) => Promise<Result>,
): Promise<Result> {
  const upload = await objects.createMultipart(`doctor/${randomUUID()}`);
  try {
    const { url } = await objects.signPart(upload, 1, 1);
    return await use(url, async () => (await objects.listParts(upload)).length === 1);
  } finally {
    await objects.abortMultipart(upload);
  }
}
