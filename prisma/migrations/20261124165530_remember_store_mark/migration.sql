-- AlterTable
ALTER TABLE "installation" ADD COLUMN     "marked_at" TIMESTAMPTZ(3);
