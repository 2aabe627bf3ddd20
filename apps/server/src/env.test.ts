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
