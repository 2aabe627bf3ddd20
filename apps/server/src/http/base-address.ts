import { TilewrightError } from "@tilewright/core";
import type { FastifyRequest } from "fastify";

/**
 * Address of this server as the asker is to know it, without a slash at its end.
 *
 * @throws TilewrightError INVALID_INPUT
 */
export type BaseAddress = (request: Pick<FastifyRequest, "protocol" | "host">) => string;

/** @param publicUrl where people find the server, whoever asks; without it, an answer names what was asked for. */
export const baseAddressAt = (publicUrl: string | undefined): BaseAddress =>
  publicUrl === undefined ? asAsked : () => publicUrl;

/** Both may be words of a proxy. */
const asAsked: BaseAddress = ({ protocol, host }) => {
  const address = `${protocol}://${host}`;
  if (/^https?$/.test(protocol) && URL.canParse(address)) return address;
  throw new TilewrightError(
    "INVALID_INPUT",
    "No address can be made of X-Forwarded-Proto and the host asked for. Let the proxy send http or https and the host.",
  );
};
