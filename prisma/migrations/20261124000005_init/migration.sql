-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "TilingJobStatus" AS ENUM ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED');

-- CreateEnum
CREATE TYPE "TilingStage" AS ENUM ('QUEUED', 'DOWNLOADING', 'TILING', 'PUBLISHING');

-- CreateEnum
CREATE TYPE "TilingFailureCode" AS ENUM ('UNSUPPORTED_FORMAT', 'CORRUPT_IMAGE', 'TOO_MANY_PIXELS', 'EMPTY_FILE', 'SIZE_MISMATCH', 'CHECKSUM_MISMATCH', 'WORKER_LOST', 'STORAGE_UNAVAILABLE', 'OUT_OF_MEMORY', 'SCRATCH_FULL', 'TIMED_OUT', 'INTERNAL', 'CANCELLED');

-- CreateEnum
CREATE TYPE "UploadStatus" AS ENUM ('OPEN', 'COMPLETED', 'ABORTED');

-- CreateTable
CREATE TABLE "images" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "source_key" TEXT NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "images_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tiling_jobs" (
    "id" UUID NOT NULL,
    "image_id" UUID NOT NULL,
    "dataset_name" TEXT NOT NULL,
    "dataset_metadata" JSONB NOT NULL DEFAULT '{}',
    "status" "TilingJobStatus" NOT NULL DEFAULT 'PENDING',
    "stage" "TilingStage" NOT NULL DEFAULT 'QUEUED',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL,
    "tiles_done" INTEGER NOT NULL DEFAULT 0,
    "tiles_total" INTEGER,
    "failure_code" "TilingFailureCode",
    "failure_reason" TEXT,
    "metadata_path" TEXT,
    "width_px" INTEGER,
    "height_px" INTEGER,
    "level_count" INTEGER,
    "tile_size_px" INTEGER,
    "tile_count" INTEGER,
    "pyramid_bytes" BIGINT,
    "worker_id" TEXT,
    "lease_expires_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tiling_jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tiling_job_events" (
    "id" BIGSERIAL NOT NULL,
    "job_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "from" "TilingJobStatus",
    "to" "TilingJobStatus" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "tiling_job_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "uploads" (
    "id" UUID NOT NULL,
    "image_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "part_size_bytes" BIGINT NOT NULL,
    "part_count" INTEGER NOT NULL,
    "source_key" TEXT NOT NULL,
    "storage_upload_id" TEXT NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "status" "UploadStatus" NOT NULL DEFAULT 'OPEN',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "uploads_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "tiling_jobs_image_id_id_idx" ON "tiling_jobs"("image_id", "id");

-- CreateIndex
CREATE INDEX "tiling_jobs_status_id_idx" ON "tiling_jobs"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "tiling_jobs_one_active_per_image" ON "tiling_jobs"("image_id") WHERE (status IN ('PENDING', 'IN_PROGRESS'));

-- CreateIndex
CREATE INDEX "tiling_job_events_job_id_id_idx" ON "tiling_job_events"("job_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "uploads_image_id_key" ON "uploads"("image_id");

-- CreateIndex
CREATE INDEX "uploads_status_created_at_idx" ON "uploads"("status", "created_at");

-- AddForeignKey
ALTER TABLE "tiling_jobs" ADD CONSTRAINT "tiling_jobs_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "images"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tiling_job_events" ADD CONSTRAINT "tiling_job_events_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "tiling_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
