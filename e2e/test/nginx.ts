import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { vi } from "vitest";
import { freePort } from "./free-port.ts";

const example = fileURLToPath(new URL("../../deploy/nginx.conf", import.meta.url));
/** Where the example's name leads to here: an address of this machine that is no name of the service's own. */
export const publicHost = "127.0.0.2";
const PATH = [process.env["PATH"] ?? "", "/usr/sbin"].join(delimiter);

/** nginx with deploy/nginx.conf as it is, but for ports, name and certificate. */
export class Nginx {
  /** Of the certificate, which nobody has heard of. */
  readonly certificate: string;
  readonly plainPort: number;
  readonly port: number;
  readonly directory: string;
  readonly #process: ChildProcess;

  private constructor(place: Place, certificate: string, child: ChildProcess) {
    this.certificate = certificate;
    this.plainPort = place.plainPort;
    this.port = place.port;
    this.directory = place.directory;
    this.#process = child;
  }

  /** @param port where the proxy takes TLS. @param serverPort where the service listens. */
  static async start(port: number, serverPort: number): Promise<Nginx> {
    const directory = await mkdtemp(join(tmpdir(), "tilewright-nginx-"));
    const place = { directory, port, plainPort: await freePort(), serverPort };
    const certificate = await makeCertificate(directory);
    await writeFile(join(directory, "site.conf"), placed(await readFile(example, "utf8"), place));
    await writeFile(join(directory, "nginx.conf"), around(directory));
    const child = spawn("nginx", ["-p", directory, "-c", join(directory, "nginx.conf")], {
      env: { PATH },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await once(child, "spawn");
    await vi.waitFor(() => fetch(`http://${publicHost}:${place.plainPort}/`, { redirect: "manual" }), {
      timeout: 10_000,
    });
    return new Nginx(place, certificate, child);
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, "exit");
    if (this.#process.kill("SIGTERM")) await exit;
    await rm(this.directory, { recursive: true, force: true });
  }
}

interface Place {
  readonly directory: string;
  readonly port: number;
  readonly plainPort: number;
  readonly serverPort: number;
}

/** @throws Error the example does not say what is put in place here. */
function placed(configuration: string, { directory, port, plainPort, serverPort }: Place): string {
  const inPlace: [said: string, here: string][] = [
    ["server 127.0.0.1:8420;", `server 127.0.0.1:${serverPort};`],
    ["listen 80;", `listen ${publicHost}:${plainPort};`],
    ["listen 443 ssl", `listen ${publicHost}:${port} ssl`],
    ["server_name slides.example.org;", `server_name ${publicHost};`],
    ["/etc/ssl/certs/slides.example.org.pem", join(directory, "certificate.pem")],
    ["/etc/ssl/private/slides.example.org.key", join(directory, "key.pem")],
  ];
  return inPlace.reduce((text, [said, here]) => {
    if (!text.includes(said)) throw new Error(`deploy/nginx.conf does not say ${said}`);
    return text.replaceAll(said, here);
  }, configuration);
}

/** What Debian's own nginx.conf has around a site. What would be kept on disk goes where nothing can be written. */
const around = (directory: string): string => `
daemon off;
${process.getuid?.() === 0 ? "user root;" : ""}
pid ${join(directory, "nginx.pid")};
error_log stderr error;
events {}
http {
  access_log off;
  client_body_temp_path ${join(directory, "bodies")};
  proxy_temp_path ${join(directory, "answers")};
  fastcgi_temp_path ${join(directory, "unused")};
  uwsgi_temp_path ${join(directory, "unused")};
  scgi_temp_path ${join(directory, "unused")};
  include ${join(directory, "site.conf")};
}
`;

async function makeCertificate(directory: string): Promise<string> {
  const certificate = join(directory, "certificate.pem");
  const names = ["-subj", "/CN=Tilewright's tests", "-addext", `subjectAltName=IP:${publicHost}`];
  const files = ["-keyout", join(directory, "key.pem"), "-out", certificate];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await promisify(execFile)("openssl", ["req", "-x509", ...kind, ...names, ...files]);
  return readFile(certificate, "utf8");
}
