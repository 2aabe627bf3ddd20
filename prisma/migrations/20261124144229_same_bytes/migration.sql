-- AlterTable
ALTER TABLE "tiling_jobs" ADD COLUMN     "settings" JSONB;

-- DropTable
DROP TABLE "deleted_images";

-- CreateTable
CREATE TABLE "reclaims" (
    "id" BIGSERIAL NOT NULL,
    "image_id" UUID NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reclaims_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "images_source_sha256_idx" ON "images"("source_sha256");

-- CreateIndex
CREATE INDEX "images_source_key_idx" ON "images"("source_key");

-- CreateIndex
CREATE INDEX "images_size_bytes_idx" ON "images"("size_bytes");

-- CreateIndex
CREATE INDEX "tiling_jobs_metadata_path_idx" ON "tiling_jobs"("metadata_path");
