import { expect, test } from "vitest";
import { isLoopback, misspeltIn, readEnv } from "./env.ts";

test.each(["0.0.0.0", "::", "192.168.1.5", "slides.example.org", "127.example.org", ""])(
  "it does not start on %j without being told that everybody may use it",
  (host) => {
    expect(isLoopback(host)).toBe(false);
    // An empty setting is none.
    if (host !== "") expect(() => readEnv({ HOST: host })).toThrow(/ALLOW_ANONYMOUS=true.*at HOST/s);
    expect(readEnv({ HOST: host, ALLOW_ANONYMOUS: "true" }).ALLOW_ANONYMOUS).toBe(true);
  },
);

test.each(["127.0.0.1", "127.0.0.53", "localhost", "::1"])("%s is for this machine alone", (host) => {
  expect(readEnv({ HOST: host }).HOST).toBe(host);
});

test("names to answer to are names, and nothing else", () => {
  const { ALLOWED_HOSTS } = readEnv({ ALLOWED_HOSTS: "slides.example.org, tilewright  [fd00::1]" });
  expect(ALLOWED_HOSTS).toEqual(["slides.example.org", "tilewright", "[fd00::1]"]);
  for (const wrong of ["https://slides.example.org", "slides.example.org:8443", "*"]) {
    expect(() => readEnv({ ALLOWED_HOSTS: wrong })).toThrow(/Names alone/);
  }
});

test("the public address is an origin, and nothing else", () => {
  expect(readEnv({ PUBLIC_URL: "https://Slides.example.org:443/" }).PUBLIC_URL).toBe("https://slides.example.org");
  expect(readEnv({ PUBLIC_URL: "http://[fd00::1]:8443" }).PUBLIC_URL).toBe("http://[fd00::1]:8443");
  for (const [wrong, sentence] of [
    ["slides.example.org", /no address such as https:/],
    ["slides.example.org:8443", /no address such as https:/],
    ["ftp://slides.example.org", /no address such as https:/],
    ["https://slides.example.org/tilewright", /Without a path/],
    ["https://slides.example.org?", /Without \? and #/],
    ["https://slides.example.org/#a", /Without \? and #/],
    ["https://me:secret@slides.example.org", /Without user and password/],
    ["https://*.example.org", /without \*/],
  ] as const) {
    expect(() => readEnv({ PUBLIC_URL: wrong })).toThrow(sentence);
    expect(() => readEnv({ PUBLIC_URL: wrong })).toThrow(/at PUBLIC_URL/);
  }
});

test("pages that may call are named by their origins, one by one", () => {
  const { ALLOWED_ORIGINS } = readEnv({ ALLOWED_ORIGINS: "https://atlas.example.org, http://localhost:5173/" });
  expect(ALLOWED_ORIGINS).toEqual(["https://atlas.example.org", "http://localhost:5173"]);
  expect(readEnv({}).ALLOWED_ORIGINS).toEqual([]);
  for (const wrong of ["*", "null", "https://*.example.org", "https://atlas.example.org/viewer", "atlas.example.org"]) {
    expect(() => readEnv({ ALLOWED_ORIGINS: wrong })).toThrow(/at ALLOWED_ORIGINS/);
  }
});

test("proxies are trusted by their addresses, and nobody by default", () => {
  const given = "127.0.0.1, 10.0.0.0/8 fd00::/8,::1,loopback";
  expect(readEnv({ TRUST_PROXY: given }).TRUST_PROXY).toEqual(given.split(/[\s,]+/));
  expect(readEnv({}).TRUST_PROXY).toEqual([]);
  for (const [wrong, sentence] of [
    ["1", /Addresses of proxies instead of their number/],
    ["true", /true is no address/],
    ["*", /\* is no address/],
    ["proxy.example.org", /is no address/],
    ["10.0.0.0/33", /is no address/],
    ["10.0.0.0/8/8", /is no address/],
    ["10.0.0.0/", /is no address/],
    ["fe80::1%eth0", /is no address/],
    ["0.0.0.0/0", /is everybody/],
    ["::/0", /is everybody/],
  ] as const) {
    expect(() => readEnv({ TRUST_PROXY: wrong })).toThrow(sentence);
  }
});

test("a slip in a setting's name is noticed, and the names of others are left alone", () => {
  const slips = { TILE_SIZE: "512", MAX_PIXEL: "1", HOTS: "::", STORAGE_URI: "x", WORKER_TOKNE: "x", worker: "1" };
  const others = {
    PATH: "/bin",
    HOME: "/",
    LANG: "C",
    PWD: "/",
    HOSTNAME: "a",
    TERM: "x",
    LOGNAME: "x",
    DATABASE_URL: "x",
  };
  expect(misspeltIn({ ...slips, ...others }).map(({ name, meant }) => `${name} ${meant}`)).toEqual([
    "TILE_SIZE TILE_SIZE_PX",
    "MAX_PIXEL MAX_PIXELS",
    "HOTS HOST",
    "STORAGE_URI STORAGE_URL",
    "WORKER_TOKNE WORKER_TOKEN",
    "worker WORKERS",
  ]);
});

test("workers beside the server find the same commands: decoders are among them", () => {
  const { passedOn } = readEnv({ PATH: "/opt/decoders:/usr/bin", AWS_REGION: "eu-central-1", DATABASE_URL: "" });
  expect(passedOn).toEqual({ PATH: "/opt/decoders:/usr/bin", AWS_REGION: "eu-central-1" });
});
