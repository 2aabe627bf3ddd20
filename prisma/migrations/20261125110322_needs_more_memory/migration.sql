-- AlterEnum
ALTER TYPE "TilingFailureCode" ADD VALUE 'NEEDS_MORE_MEMORY';
