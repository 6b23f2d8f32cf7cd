BEGIN;
SET transaction_read_only = on;
SELECT 1;
COMMIT;
ALTER TABLE item ADD COLUMN a int;
