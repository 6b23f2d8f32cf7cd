SET ROLE dbgate_corpus_nobody;
