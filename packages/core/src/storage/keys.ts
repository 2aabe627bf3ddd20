import { domainNames, type JobDomain, jobDomains, type ResultPlace } from "../domains.ts";
import type { AttemptName } from "./attempt-name.ts";

/** Where things lie in the object store. Everything of one image shares a prefix, everything of one attempt too. */
export const imagesPrefix = "images/";

export const imagePrefix = (imageId: string): string => `${imagesPrefix}${imageId}/`;

export const sourceKey = (imageId: string): string => `${imagePrefix(imageId)}source`;

export const attemptPrefix = (
  { folder }: Pick<ResultPlace, "folder">,
  { imageId, jobId, attempt }: Omit<AttemptName, "domain">,
): string => `${imagePrefix(imageId)}${folder}/${jobId}/${attempt}/`;

/** Of the manifest that an attempt publishes. */
export const resultKey = (place: ResultPlace, attempt: Omit<AttemptName, "domain">): string =>
  attemptPrefix(place, attempt) + place.manifest;

/** Names the database that this store belongs to. */
export const installationKey = "installation";

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const sourceForm = new RegExp(`^images/(${uuid})/source$`);
const attemptForm = new RegExp(`^images/(${uuid})/([a-z]+)/(${uuid})/([1-9]\\d{0,8})/.`);

const domainsByFolder: ReadonlyMap<string, JobDomain> = new Map(
  domainNames.map((domain) => [jobDomains[domain].folder, domain]),
);

/** The image whose source lies under `key`; null when it is no source. */
export const imageOfSource = (key: string): string | null => sourceForm.exec(key)?.[1] ?? null;

/** The attempt that wrote what lies under `key`; null when it is no attempt's. */
export function attemptOf(key: string): AttemptName | null {
  const [, imageId, folder, jobId, attempt] = attemptForm.exec(key) ?? [];
  const domain = domainsByFolder.get(folder ?? "");
  return imageId && domain && jobId ? { domain, imageId, jobId, attempt: Number(attempt) } : null;
}

/** The image under whose prefix something lies; null when it is not in the form of our own keys. */
export const imageOf = (key: string): string | null => imageOfSource(key) ?? attemptOf(key)?.imageId ?? null;
