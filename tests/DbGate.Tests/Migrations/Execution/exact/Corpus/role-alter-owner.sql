CREATE TABLE owned (id int);
ALTER TABLE owned OWNER TO dbgate_corpus_weak;
