BEGIN;
SET ROLE dbgate_corpus_weak;
SELECT 1/0;
COMMIT;
