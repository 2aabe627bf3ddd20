/** What `s3://bucket/prefix?endpoint=…&region=…&publicEndpoint=…` says. */
export interface S3Address {
  readonly bucket: string;
  /** In front of every key: empty, or ends with a slash. */
  readonly prefix: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** Where browsers and other senders reach the store, if not at `endpoint`. */
  readonly publicEndpoint: string | undefined;
}

const known = ["endpoint", "region", "publicEndpoint"];

/** @throws Error which says how the address should look. */
export function parseS3Address(url: URL): S3Address {
  const unknown = [...url.searchParams.keys()].filter((name) => !known.includes(name));
  const isWrong = url.hostname === "" || url.username !== "" || url.port !== "" || unknown.length > 0;
  if (isWrong) {
    throw new Error(
      "STORAGE_URL should look like s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-1. " +
        "Keys belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    );
  }
  const path = decodeURIComponent(url.pathname).split("/").filter(Boolean).join("/");
  return {
    bucket: url.hostname,
    prefix: path === "" ? "" : `${path}/`,
    endpoint: addressIn(url, "endpoint"),
    region: url.searchParams.get("region") ?? undefined,
    publicEndpoint: addressIn(url, "publicEndpoint"),
  };
}

function addressIn(url: URL, name: string): string | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  const isHttp = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isHttp) throw new Error(`STORAGE_URL's ${name} must be an address that begins with http:// or https://.`);
  return text;
}
