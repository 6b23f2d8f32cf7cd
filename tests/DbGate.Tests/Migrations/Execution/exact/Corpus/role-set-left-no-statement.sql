SET ROLE dbgate_corpus_weak;
