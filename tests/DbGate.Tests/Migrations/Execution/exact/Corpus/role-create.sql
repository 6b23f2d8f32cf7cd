CREATE ROLE dbgate_corpus_new;
