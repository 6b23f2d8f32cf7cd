SET default_transaction_read_only = on;
SELECT 1;
SET default_transaction_read_only = off;
