-- AlterTable
ALTER TABLE "tiling_jobs" ADD COLUMN     "manifest_sha256" TEXT,
ADD COLUMN     "replaces_job_id" UUID;

-- CreateTable
CREATE TABLE "pyramid_audits" (
    "job_id" UUID NOT NULL,
    "audited_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "damage" TEXT,

    CONSTRAINT "pyramid_audits_pkey" PRIMARY KEY ("job_id")
);

-- AddForeignKey
ALTER TABLE "pyramid_audits" ADD CONSTRAINT "pyramid_audits_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "tiling_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
