SET SESSION AUTHORIZATION dbgate_corpus_weak;
