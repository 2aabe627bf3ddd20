import type { IncomingMessage } from "node:http";

/**
 * Path and query of a request. Its first line may name the host as well, as proxies are asked: then that is the host,
 * and not what the header says (RFC 9112, 3.2.2).
 */
export function originForm(request: IncomingMessage): string {
  const { url = "/" } = request;
  const absolute = /^https?:\/\/(?<host>[^/?#]*)(?<rest>.*)$/is.exec(url)?.groups;
  if (!absolute) return url;
  const { host = "", rest = "" } = absolute;
  request.headers.host = host;
  return rest.startsWith("/") ? rest : `/${rest}`;
}
