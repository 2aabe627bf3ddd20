/** Where an attempt publishes: its own folder in that of its domain, the manifest last. */
export interface ResultPlace {
  readonly folder: string;
  readonly manifest: string;
}

/** What the system can do with an image. Each domain has a folder of this name in every layer. */
export const jobDomains = {
  tiling: { folder: "tilings", manifest: "manifest.json" },
  analysis: { folder: "analyses", manifest: "analysis.json" },
} as const satisfies Record<string, ResultPlace>;

export type JobDomain = keyof typeof jobDomains;

export const domainNames = Object.keys(jobDomains) as readonly JobDomain[];
