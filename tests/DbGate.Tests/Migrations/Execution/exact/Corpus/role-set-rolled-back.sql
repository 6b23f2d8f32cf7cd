BEGIN;
SET ROLE dbgate_corpus_weak;
ROLLBACK;
ALTER TABLE item ADD COLUMN a int;
