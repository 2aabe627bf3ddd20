import { z } from "zod";

export const GetImageInput = z.strictObject({ imageId: z.uuid() });

export const DeleteImageInput = GetImageInput;
export const DeletedImage = z.object({ imageId: z.uuid() });
