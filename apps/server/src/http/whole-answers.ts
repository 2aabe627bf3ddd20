import type { FastifyInstance, FastifyReply } from "fastify";

/**
 * tRPC answers with a Response, whose body is a stream even where it is one short text. As a text it costs less to
 * send, and what packs answers sees how short it is. Answers that come bit by bit stay streams.
 */
export function registerWholeAnswers(app: FastifyInstance): void {
  app.addHook("onSend", async (_request, reply, payload) => {
    if (!(payload instanceof Response)) return payload;
    reply.code(payload.status);
    for (const [name, value] of payload.headers) addHeader(reply, name, value);
    return comesBitByBit(payload) ? payload.body : payload.text();
  });
}

/** As tRPC says of batches that are streamed, and of events. */
const comesBitByBit = ({ headers }: Response): boolean =>
  headers.has("transfer-encoding") || headers.has("x-accel-buffering");

/** What the answer varies by already, it still varies by. */
function addHeader(reply: FastifyReply, name: string, value: string): void {
  const own = reply.getHeader("vary");
  reply.header(name, name === "vary" && own !== undefined ? `${own}, ${value}` : value);
}
