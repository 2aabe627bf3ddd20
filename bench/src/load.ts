import { Agent, get } from "node:http";

/** Asks for every address `times` times over a few connections. @returns how many bytes came. @throws Error not 200. */
export async function load(addresses: readonly string[], times: number, connections = 16): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const count = addresses.length * times;
  let next = 0;
  let bytes = 0;
  const askOn = async (): Promise<void> => {
    while (next < count) {
      const address = addresses[next % addresses.length] ?? "";
      next += 1;
      bytes += await ask(address, agent);
    }
  };
  await Promise.all(Array.from({ length: connections }, askOn));
  agent.destroy();
  return bytes;
}

const ask = (address: string, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    get(address, { agent }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once("end", () => {
        if (response.statusCode === 200) resolve(bytes);
        else reject(new Error(`${address} answered ${response.statusCode}`));
      });
    }).once("error", reject);
  });
