-- AlterEnum
ALTER TYPE "TransactionStatus" ADD VALUE 'REVERSED';

-- AlterTable
ALTER TABLE "Transaction" ADD COLUMN     "completedAt" TIMESTAMP(3),
ADD COLUMN     "metadata" JSONB;

-- CreateIndex
CREATE INDEX "Transaction_status_createdAt_idx" ON "Transaction"("status", "createdAt");
