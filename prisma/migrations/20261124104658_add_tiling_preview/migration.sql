-- AlterTable
ALTER TABLE "tiling_jobs" ADD COLUMN     "preview" JSONB;
