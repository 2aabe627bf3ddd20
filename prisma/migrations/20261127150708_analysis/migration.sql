-- CreateEnum
CREATE TYPE "AnalysisJobStatus" AS ENUM ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED');

-- CreateEnum
CREATE TYPE "AnalysisStage" AS ENUM ('QUEUED', 'READING', 'ANALYSING', 'PUBLISHING');

-- CreateEnum
CREATE TYPE "AnalysisFailureCode" AS ENUM ('PYRAMID_GONE', 'UNSUITABLE_IMAGE', 'RESULT_INVALID', 'KIND_WITHDRAWN', 'WORKER_LOST', 'STORAGE_UNAVAILABLE', 'OUT_OF_MEMORY', 'SCRATCH_FULL', 'TIMED_OUT', 'INTERNAL', 'CANCELLED');

-- CreateEnum
CREATE TYPE "AnalysisLayerType" AS ENUM ('grid', 'geojson', 'overlay');

-- CreateTable
CREATE TABLE "analysis_kinds" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "parameters_schema" JSON NOT NULL,
    "layer_types" "AnalysisLayerType"[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "analysis_kinds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analysis_workers" (
    "worker_id" TEXT NOT NULL,
    "expected_until" TIMESTAMPTZ(3) NOT NULL,
    "kinds" TEXT[],
    "registered" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "analysis_workers_pkey" PRIMARY KEY ("worker_id")
);

-- CreateTable
CREATE TABLE "analysis_jobs" (
    "id" UUID NOT NULL,
    "image_id" UUID NOT NULL,
    "pyramid_job_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "kind_name" TEXT NOT NULL,
    "kind_title" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "parameters_sha256" TEXT NOT NULL,
    "status" "AnalysisJobStatus" NOT NULL DEFAULT 'PENDING',
    "stage" "AnalysisStage" NOT NULL DEFAULT 'QUEUED',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL,
    "stage_fraction" REAL NOT NULL DEFAULT 0,
    "failure_code" "AnalysisFailureCode",
    "failure_reason" TEXT,
    "summary" JSONB,
    "metadata_path" TEXT,
    "manifest_sha256" TEXT,
    "worker_id" TEXT,
    "lease_expires_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "analysis_jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analysis_job_events" (
    "id" BIGSERIAL NOT NULL,
    "job_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "from" "AnalysisJobStatus",
    "to" "AnalysisJobStatus" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "analysis_job_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analysis_verdicts" (
    "image_id" UUID NOT NULL,
    "kind_name" TEXT NOT NULL,
    "job_id" UUID NOT NULL,
    "level" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "analysis_verdicts_pkey" PRIMARY KEY ("image_id","kind_name")
);

-- CreateTable
CREATE TABLE "analysis_numbers" (
    "image_id" UUID NOT NULL,
    "kind_name" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "analysis_numbers_pkey" PRIMARY KEY ("image_id","kind_name","name")
);

-- CreateIndex
CREATE INDEX "analysis_kinds_name_idx" ON "analysis_kinds"("name");

-- CreateIndex
CREATE INDEX "analysis_jobs_image_id_kind_name_id_idx" ON "analysis_jobs"("image_id", "kind_name", "id");

-- CreateIndex
CREATE INDEX "analysis_jobs_metadata_path_idx" ON "analysis_jobs"("metadata_path");

-- CreateIndex
CREATE INDEX "analysis_jobs_status_id_idx" ON "analysis_jobs"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "analysis_jobs_one_active_per_question" ON "analysis_jobs"("image_id", "kind_name", "parameters_sha256") WHERE (status IN ('PENDING', 'IN_PROGRESS'));

-- CreateIndex
CREATE INDEX "analysis_job_events_job_id_id_idx" ON "analysis_job_events"("job_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "analysis_verdicts_job_id_key" ON "analysis_verdicts"("job_id");

-- CreateIndex
CREATE INDEX "analysis_numbers_kind_name_name_value_image_id_idx" ON "analysis_numbers"("kind_name", "name", "value", "image_id");

-- AddForeignKey
ALTER TABLE "analysis_jobs" ADD CONSTRAINT "analysis_jobs_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "images"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "analysis_jobs" ADD CONSTRAINT "analysis_jobs_kind_fkey" FOREIGN KEY ("kind") REFERENCES "analysis_kinds"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "analysis_job_events" ADD CONSTRAINT "analysis_job_events_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "analysis_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "analysis_verdicts" ADD CONSTRAINT "analysis_verdicts_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "analysis_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "analysis_numbers" ADD CONSTRAINT "analysis_numbers_image_id_kind_name_fkey" FOREIGN KEY ("image_id", "kind_name") REFERENCES "analysis_verdicts"("image_id", "kind_name") ON DELETE CASCADE ON UPDATE CASCADE;
