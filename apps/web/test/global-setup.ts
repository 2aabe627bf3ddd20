import type { TestProject } from "vitest/node";
import { buildPage } from "./build-page.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the built page. */
    pageFolder: string;
  }
}

/** Builds the page once for all tests that look at it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const page = await buildPage();
  project.provide("pageFolder", page.folder);
  return page.remove;
}
