CREATE TABLE other.owned (id int);
ALTER TABLE other.owned OWNER TO dbgate_corpus_weak;
