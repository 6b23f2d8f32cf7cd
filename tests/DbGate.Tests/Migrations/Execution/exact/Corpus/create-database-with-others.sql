ALTER TABLE item ADD COLUMN a int;
CREATE DATABASE dbgate_corpus_new;
