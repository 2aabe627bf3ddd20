import {
  abortUpload,
  CompletedUpload,
  CompleteUploadInput,
  CreateUploadInput,
  completeUpload,
  createUpload,
  isSizeKnown,
  KnownSize,
  listParts,
  SignedParts,
  SignPartsInput,
  SizeInput,
  signParts,
  UploadInput,
  UploadState,
} from "@tilewright/core/upload";
import { procedure, router } from "../trpc.ts";

export const uploadsRouter = router({
  isSizeKnown: procedure
    .input(SizeInput)
    .output(KnownSize)
    .query(({ ctx, input }) => isSizeKnown(ctx.ports, input)),
  create: procedure
    .input(CreateUploadInput)
    .output(UploadState)
    .mutation(({ ctx, input }) => createUpload(ctx.ports, input)),
  signParts: procedure
    .input(SignPartsInput)
    .output(SignedParts)
    .mutation(({ ctx, input }) => signParts(ctx.ports, input)),
  listParts: procedure
    .input(UploadInput)
    .output(UploadState)
    .query(({ ctx, input }) => listParts(ctx.ports, input)),
  complete: procedure
    .input(CompleteUploadInput)
    .output(CompletedUpload)
    .mutation(({ ctx, input }) => completeUpload(ctx.ports, input)),
  abort: procedure
    .input(UploadInput)
    .output(UploadState)
    .mutation(({ ctx, input }) => abortUpload(ctx.ports, input)),
});
