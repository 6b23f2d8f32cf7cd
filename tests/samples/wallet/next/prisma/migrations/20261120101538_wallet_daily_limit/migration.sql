-- AlterTable
ALTER TABLE "Wallet" ADD COLUMN     "dailyLimit" DECIMAL(19,4);

-- CreateIndex
CREATE INDEX "Transaction_completedAt_idx" ON "Transaction"("completedAt");
