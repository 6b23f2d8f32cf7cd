BEGIN;
SET LOCAL default_transaction_read_only = on;
ALTER TABLE item ADD COLUMN a int;
COMMIT;
