BEGIN;
CALL committing();
COMMIT;
