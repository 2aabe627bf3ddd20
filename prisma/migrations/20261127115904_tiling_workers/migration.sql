-- CreateTable
CREATE TABLE "tiling_workers" (
    "worker_id" TEXT NOT NULL,
    "expected_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tiling_workers_pkey" PRIMARY KEY ("worker_id")
);
