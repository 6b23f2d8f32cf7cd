GRANT SELECT ON item TO dbgate_corpus_weak;
