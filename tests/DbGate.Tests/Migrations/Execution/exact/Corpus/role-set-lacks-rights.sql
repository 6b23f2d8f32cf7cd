SET ROLE dbgate_corpus_weak;
ALTER TABLE item ADD COLUMN a int;
