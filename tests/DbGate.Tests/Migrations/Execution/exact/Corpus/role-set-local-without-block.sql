SET LOCAL ROLE dbgate_corpus_weak;
CREATE TABLE other.of_weak (id int);
