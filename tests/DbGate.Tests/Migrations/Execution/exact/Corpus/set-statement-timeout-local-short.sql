BEGIN;
SET LOCAL statement_timeout = '700ms';
ALTER TABLE item ADD COLUMN a int;
UPDATE item SET note = 'u' WHERE id <= 5;
COMMIT;
