-- 500 products and 20,000 orders, the same ones every time.
INSERT INTO "Products" ("Name", "Price") SELECT 'product ' || n, n * 0.5 FROM generate_series(1, 500) n;
INSERT INTO "Orders" ("ProductId", "Quantity", "PlacedAt")
SELECT p."Id", 1 + n % 5, timestamptz '2026-01-01 00:00:00Z' + n * interval '7 minutes'
FROM generate_series(1, 20000) n JOIN "Products" p ON p."Name" = 'product ' || (1 + n % 500);
