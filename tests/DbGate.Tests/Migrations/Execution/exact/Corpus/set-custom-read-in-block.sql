BEGIN;
SET LOCAL app.tenant = 'b';
UPDATE item SET note = current_setting('app.tenant') WHERE id = 1;
COMMIT;
