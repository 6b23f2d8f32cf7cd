BEGIN;
ALTER TABLE item ADD COLUMN a int;
UPDATE item SET note = 'u' WHERE id <= 5;
COMMIT;
