import { jobDomains } from "@tilewright/core";
import { attemptOf, attemptPrefix } from "@tilewright/core/storage";
import type { UploadState } from "@tilewright/core/upload";
import type { Claim } from "./model.ts";

/** The real ids of what the model knows by numbers: the image, which of its jobs, the attempt. */
export class Glossary {
  readonly uploads: UploadState[] = [];
  /** By image, every job it ever had. */
  readonly #jobIds: string[][] = [];

  addUpload(upload: UploadState): void {
    this.uploads.push(upload);
    this.#jobIds.push([]);
  }

  /** Repeating it is a no-op. */
  addJob(imageId: string, jobId: string): void {
    const known = this.#jobIds[this.indexOf(imageId)];
    if (!known?.includes(jobId)) known?.push(jobId);
  }

  newestJobOf(image: number): string | undefined {
    return this.#jobIds[image]?.at(-1);
  }

  jobIdOf({ image, job }: Claim): string {
    return this.#jobIds[image]?.[job] ?? "";
  }

  prefixOf(claim: Claim): string {
    const imageId = this.uploads[claim.image]?.imageId ?? "";
    return attemptPrefix(jobDomains.tiling, { imageId, jobId: this.jobIdOf(claim), attempt: claim.attempt });
  }

  indexOf(imageId: string): number {
    return this.uploads.findIndex((upload) => upload.imageId === imageId);
  }

  nameOf(jobId: string, attempt: number): string | null {
    const image = this.#jobIds.findIndex((ids) => ids.includes(jobId));
    return image < 0 ? null : `${image}/${this.#jobIds[image]?.indexOf(jobId)}/${attempt}`;
  }

  /** Name of the attempt that published the manifest there. */
  publisherOf(metadataPath: string | null): string | null {
    const maker = metadataPath === null ? null : attemptOf(metadataPath);
    return maker && this.nameOf(maker.jobId, maker.attempt);
  }
}
