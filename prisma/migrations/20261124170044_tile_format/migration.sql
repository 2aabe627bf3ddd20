-- CreateEnum
CREATE TYPE "TileFormat" AS ENUM ('jpeg', 'webp');

-- AlterTable
ALTER TABLE "tiling_jobs" ADD COLUMN     "tile_format" "TileFormat";

-- Until now there was no other.
UPDATE "tiling_jobs" SET "tile_format" = 'jpeg' WHERE "tile_size_px" IS NOT NULL;
UPDATE "tiling_jobs" SET "settings" = "settings" || '{"tileFormat": "jpeg"}' WHERE "settings" IS NOT NULL;
