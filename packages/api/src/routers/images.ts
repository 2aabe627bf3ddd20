import { DeletedImage, DeleteImageInput, deleteImage, GetImageInput } from "@tilewright/core/image";
import { getImage, ImageList, ImageSummary, ListImagesInput, listImages } from "@tilewright/core/library";
import { procedure, router } from "../trpc.ts";

export const imagesRouter = router({
  get: procedure
    .input(GetImageInput)
    .output(ImageSummary)
    .query(({ ctx, input }) => getImage(ctx.ports, input)),
  list: procedure
    .input(ListImagesInput)
    .output(ImageList)
    .query(({ ctx, input }) => listImages(ctx.ports, input)),
  delete: procedure
    .input(DeleteImageInput)
    .output(DeletedImage)
    .mutation(({ ctx, input }) => deleteImage(ctx.ports, input)),
});
