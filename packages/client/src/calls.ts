import type { AppRouter } from "@tilewright/api";
import type { JobDomain } from "@tilewright/core";
import type { TRPCClient } from "@trpc/client";

/** The typed procedures of the server, domain by domain, and where it answers. */
export type Calls = Pick<TRPCClient<AppRouter>, "images" | "uploads" | JobDomain> & { readonly baseUrl: string };
