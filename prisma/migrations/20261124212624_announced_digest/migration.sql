-- AlterTable
ALTER TABLE "images" ADD COLUMN     "announced_sha256" TEXT;
