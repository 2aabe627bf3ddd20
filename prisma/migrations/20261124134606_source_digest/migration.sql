-- AlterTable
ALTER TABLE "images" ADD COLUMN     "source_sha256" TEXT;
