import { randomUUID } from "node:crypto";
import type { ObjectStore } from "@tilewright/core/storage";
import { planParts } from "@tilewright/core/upload";
import type { Check } from "./check.ts";

/** What every store must be able to do, tried with a small object that is removed again. */
export function storeChecks(objects: ObjectStore): Check[] {
  const key = `doctor/${randomUUID()}`;
  const body = Buffer.from("A small object of npm run doctor. It may be deleted.");
  return [
    {
      name: "The store answers",
      async run() {
        for await (const _ of objects.list("doctor/")) break;
        return { verdict: "fine", found: "It lists its objects." };
      },
    },
    {
      name: "Objects can be written, read and deleted",
      async run() {
        try {
          await objects.put(key, body);
          const back = Buffer.from(await objects.read(key, { start: 2, end: body.length }));
          if (!back.equals(body.subarray(2))) return { verdict: "broken", found: "An object came back changed." };
          if (await objects.putNew(key, Buffer.from("another"))) {
            return {
              verdict: "doubtful",
              found: "The store overwrites an object though asked not to (If-None-Match).",
              remedy: "Use a newer version of the store, or one that supports conditional writes.",
            };
          }
        } finally {
          await objects.deleteMany([key]);
        }
        if (await objects.head(key)) return { verdict: "broken", found: "A deleted object is still there." };
        return { verdict: "fine", found: "All of it works, in ranges and on condition." };
      },
    },
    {
      name: "Multipart uploads can be opened, listed and aborted",
      async run() {
        const upload = await objects.createMultipart(key, planParts(1));
        try {
          await objects.listParts(upload);
          let isListed = false;
          for await (const { storageUploadId } of objects.listMultiparts("doctor/")) {
            isListed ||= storageUploadId === upload.storageUploadId;
          }
          if (!isListed) {
            return {
              verdict: "doubtful",
              found: "The store does not list open uploads, so forgotten ones can't be removed.",
              remedy: "Allow s3:ListBucketMultipartUploads, or set a lifecycle rule that aborts old multipart uploads.",
            };
          }
        } finally {
          await objects.abortMultipart(upload);
        }
        return { verdict: "fine", found: "All of it works." };
      },
    },
  ];
}
