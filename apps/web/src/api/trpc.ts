import type { AppRouter } from "@tilewright/api";
import { tilewrightLinks } from "@tilewright/client";
import { createTRPCReact } from "@trpc/react-query";

/** The one place where tRPC meets React. Hooks: `trpc.tiling.getStatus.useQuery(…)`. */
export const trpc = createTRPCReact<AppRouter>();

export const createTrpcClient = (baseUrl: string) => trpc.createClient({ links: tilewrightLinks({ baseUrl }) });
