-- Fills a migrated, empty database: 2,000 users, 3,000 wallets, 20,000 transactions, some 30,000 ledger entries.
-- The same rows every time, and every wallet's balance is the sum of its ledger.
INSERT INTO "User" ("id", "email", "name", "createdAt", "updatedAt")
SELECT md5('user' || n)::uuid, 'user' || n || '@example.org', 'User ' || n,
       timestamp '2026-01-15 08:00' + n * interval '7 minutes', timestamp '2026-01-15 08:00' + n * interval '7 minutes'
FROM generate_series(1, 2000) AS n;

-- Everybody has euros; every second user has dollars too.
INSERT INTO "Wallet" ("id", "userId", "currency", "status", "createdAt", "updatedAt")
SELECT md5('wallet' || n)::uuid, md5('user' || (CASE WHEN n <= 2000 THEN n ELSE (n - 2000) * 2 END))::uuid,
       (CASE WHEN n <= 2000 THEN 'EUR' ELSE 'USD' END)::"Currency",
       (CASE WHEN n % 97 = 0 THEN 'FROZEN' ELSE 'ACTIVE' END)::"WalletStatus",
       timestamp '2026-02-01 08:00' + n * interval '5 minutes', timestamp '2026-02-01 08:00' + n * interval '5 minutes'
FROM generate_series(1, 3000) AS n;

-- In turns: a deposit of more than 100, and a transfer of up to 100 from that wallet to the next one of its currency.
INSERT INTO "Transaction" ("id", "idempotencyKey", "type", "status", "amount", "fromWalletId", "toWalletId", "metadata", "createdAt", "completedAt")
SELECT md5('transaction' || n)::uuid, 'seed-' || n, "type"::"TransactionType", "status"::"TransactionStatus",
       (n % 400 + 1) * 0.25 + CASE "type" WHEN 'DEPOSIT' THEN 100 ELSE 0 END,
       CASE "type" WHEN 'TRANSFER' THEN md5('wallet' || wallet)::uuid END,
       md5('wallet' || CASE WHEN "type" = 'DEPOSIT' THEN wallet WHEN wallet <= 2000 THEN wallet % 2000 + 1 ELSE wallet % 1000 + 2001 END)::uuid,
       jsonb_build_object('channel', (ARRAY['app', 'web', 'card'])[n % 3 + 1], 'note', 'Überweisung №' || n),
       moment, CASE "status" WHEN 'COMPLETED' THEN moment + interval '2 seconds' END
FROM (
    SELECT n, (n - 1) / 2 % 3000 + 1 AS wallet, timestamp '2026-03-20 00:00' + n * interval '11 minutes' AS moment,
           CASE n % 2 WHEN 1 THEN 'DEPOSIT' ELSE 'TRANSFER' END AS "type",
           CASE WHEN n % 50 = 0 THEN 'FAILED' WHEN n % 334 = 0 THEN 'PENDING' ELSE 'COMPLETED' END AS "status"
    FROM generate_series(1, 20000) AS n
) AS planned;

INSERT INTO "WalletLedgerEntry" ("walletId", "transactionId", "direction", "amount", "balanceAfter", "createdAt")
SELECT "walletId", "id", "direction", "amount",
       sum(CASE "direction" WHEN 'CREDIT' THEN "amount" ELSE -"amount" END) OVER (PARTITION BY "walletId" ORDER BY "completedAt", "direction"),
       "completedAt"
FROM (
    SELECT "toWalletId" AS "walletId", "id", 'CREDIT'::"LedgerDirection" AS "direction", "amount", "completedAt" FROM "Transaction" WHERE "status" = 'COMPLETED'
    UNION ALL
    SELECT "fromWalletId", "id", 'DEBIT', "amount", "completedAt" FROM "Transaction" WHERE "status" = 'COMPLETED' AND "fromWalletId" IS NOT NULL
) AS moved
ORDER BY "completedAt", "direction";

UPDATE "Wallet" SET "balance" = total
FROM (SELECT "walletId", sum(CASE "direction" WHEN 'CREDIT' THEN "amount" ELSE -"amount" END) AS total FROM "WalletLedgerEntry" GROUP BY "walletId") AS ledger
WHERE ledger."walletId" = "Wallet"."id";

ANALYZE;
