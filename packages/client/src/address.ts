/**
 * An address of the server, such as `/trpc`, below the path at which the server answers: behind a proxy it may have
 * one.
 */
export function addressBelow(baseUrl: string, path: string): string {
  const base = new URL(baseUrl);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  base.search = "";
  base.hash = "";
  return new URL(path.replace(/^\/+/, "./"), base).href;
}
