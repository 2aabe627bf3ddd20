-- AlterTable
ALTER TABLE "tiling_jobs" ADD COLUMN     "stage_fraction" REAL NOT NULL DEFAULT 0;
