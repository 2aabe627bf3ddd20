import { PyramidManifest } from "@tilewright/core/tiling";
import { config } from "zod";

// The page's Content Security Policy allows no code that is made up at run time, and the browser reports each try.
config({ jitless: true });

/** A manifest as the schema has it, whatever version of the worker has written it. @throws ZodError it is none. */
export const parseManifest = (body: unknown): PyramidManifest => PyramidManifest.parse(body);
